import { describe, expect, it } from 'vitest';
import { makeScheduler } from '../src/scheduler.js';

const run = async (work: Record<string, number>, stepsInTurn: number): Promise<string[]> => {
  const log: string[] = [];
  const scheduler = makeScheduler({
    stepsInTurn,
    endTurn: async () => {
      log.push('|');
    },
  });
  for (const [name, count] of Object.entries(work)) {
    let left = count;
    scheduler.wake({
      get hasWork() {
        return left > 0;
      },
      step: async () => {
        left -= 1;
        log.push(name);
      },
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return log;
};

describe('the scheduler', () => {
  it('gives each vat a few steps in its turn', async () => {
    expect((await run({ a: 5, b: 1, c: 3 }, 2)).join('')).toBe('aa|b|cc|aa|c|a|');
  });

  it('starts again when there is new work', async () => {
    expect((await run({ a: 1 }, 8)).join('')).toBe('a|');
  });
});
