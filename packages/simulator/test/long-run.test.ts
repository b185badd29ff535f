/** The command of a long run: processes with seeds of their own, and one summary of what they did. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { dealOut } from '../src/runs/run-jobs.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

const run = async (...flags: string[]): Promise<{ code: number; said: string }> => {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...flags]);
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, said: stdout };
  }
};

test('no seed is run twice and none is left out', () => {
  const range = { first: 5, end: 15, milliseconds: 1, fixed: {}, compare: false };
  expect(dealOut(range, 3).map(({ first, end }) => [first, end])).toEqual([
    [5, 9],
    [9, 13],
    [13, 15],
  ]);
});

test('what the processes did is one sum', async () => {
  const { code, said } = await run('--minutes', '1', '--seeds', '5', '--jobs', '2', '--fuel', '3');
  expect([code, said]).toEqual([0, expect.stringMatching(/^sound: \{"worlds":5,"steps":\d{3,}/m)]);
});

test('the first world that fails ends all of them; it is told how to run it again, smaller', async () => {
  const { code, said } = await run('--minutes', '5', '--jobs', '2', '--without', 'finishesFirst');
  expect(code).toBe(1);
  const command = /smaller: .*\n(npm run simulate .*)/.exec(said)?.[1] ?? expect.fail(said);
  expect(said).toMatch(/^FAILED: /m);
  const [, flags] = command.split(' -- ') as [string, string];
  const again = await run(...flags.split(' '));
  expect(again.code).toBe(1);
  const sound = await run(...flags.replace(' --without finishesFirst', '').split(' '));
  expect(sound).toEqual({ code: 0, said: 'sound\n' });
});
