/** Host programs that do not wait for what they asked for, in processes of their own. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeAlarms } from '../src/services/timer/alarms.js';
import { makeDelays } from '../src/services/timer/delays.js';
import { fixture } from './helpers.js';

const run = async (what: string): Promise<string> => {
  const args = [fixture('closed-early.mjs'), what];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout;
};

describe('a program that waits for no answer', () => {
  it.each(['closes', 'is used when it is closed', 'fails and is heard'])(
    'goes on when its kernel %s',
    async (what) => {
      expect(await run(what)).toBe('the program goes on\n');
    },
  );

  it.each([
    ['fails, and no listener hears of it', /CRITICAL_VAT_FAILED/],
    ['has a refused send', /noSuchMethod/],
  ])('ends by the unhandled rejection when its kernel %s', async (what, reason) => {
    await expect(run(what)).rejects.toThrow(reason);
  });
});

describe('the timer', () => {
  const closed = (): never => {
    throw new Error('closed');
  };

  it('rejects a delay that it cannot note the end of', async () => {
    const notes = { find: () => undefined, set: () => undefined, forget: closed };
    await expect(makeDelays(notes, makeAlarms()).until('1', Date.now() + 1)).rejects.toThrow(
      'closed',
    );
  });

  it('begins no delay once it is stopped', async () => {
    const forgotten: string[] = [];
    const alarms = makeAlarms();
    const delays = makeDelays(
      {
        find: () => undefined,
        set: () => undefined,
        forget: (id) => void forgotten.push(id),
      },
      alarms,
    );
    alarms.stop();
    void delays.until('1', Date.now());
    await new Promise((resolve) => setImmediate(resolve));
    expect(forgotten).toEqual([]);
  });
});
