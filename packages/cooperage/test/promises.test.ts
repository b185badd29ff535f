/** Nothing of a promise is left when all has been said about it: a short run of what `npm run promises` does a million times. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, '../bench/promises.mjs');

test('some thousand promises of every kind leave nothing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    ...['--promises', '4000', '--batch', '40'],
  ]);
  const result = JSON.parse(stdout.trim().split('\n').at(-1) as string) as Record<string, unknown>;
  expect(result).toMatchObject({ left: { promises: 0, names: 0 }, findings: [] });
  expect(result['made']).toBeGreaterThanOrEqual(4_000);
  expect(result['fulfilled']).toBeGreaterThan(1_000);
  expect(result['rejected']).toBeGreaterThan(500);
});
