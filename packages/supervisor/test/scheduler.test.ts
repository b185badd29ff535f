import { describe, expect, it } from 'vitest';
import { makeScheduler } from '../src/scheduler.js';

const run = async (
  work: Record<string, number>,
  stepsPerSlice: number,
  timeSlice = Infinity,
): Promise<string[]> => {
  const log: string[] = [];
  let time = 0;
  const scheduler = makeScheduler({
    stepsPerSlice,
    timeSlice,
    now: () => time,
    endSlice: async () => {
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
        time += 10;
      },
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return log;
};

describe('the scheduler', () => {
  it('gives each vat a few steps in its time slice', async () => {
    expect((await run({ a: 5, b: 1, c: 3 }, 2)).join('')).toBe('aa|b|cc|aa|c|a|');
  });

  it('gives it fewer where they take long', async () => {
    expect((await run({ a: 5, b: 1, c: 3 }, 4, 20)).join('')).toBe('aa|b|cc|aa|c|a|');
    expect((await run({ a: 2, b: 2 }, 4, 5)).join('')).toBe('a|b|a|b|');
  });

  it('starts again when there is new work', async () => {
    expect((await run({ a: 1 }, 8)).join('')).toBe('a|');
  });
});
