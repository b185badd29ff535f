import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture } from '../helpers.js';
import { cooperage, projectWith, start } from './processes.js';

test('a kernel is exported while it runs, and imported elsewhere', async () => {
  const folder = await projectWith({
    bootstrap: 'ticker',
    vats: { ticker: { source: fixture('vats/ticker.js') } },
    order: 'issue',
  });
  const running = await start(['run'], folder);
  await running.says('tick 3');
  const full = await cooperage(['export', '.cooperage', 'backups/', '--json'], folder);
  expect(full.code).toBe(0);
  const { file, commit, crank } = JSON.parse(full.stdout) as Record<string, unknown>;
  expect(file).toMatch(/backups\/\d{10}-full\.cooperage$/);
  const increment = await cooperage(['export', '.cooperage', 'backups', '--since'], folder);
  expect(increment.stdout).toContain(`on top of commit ${String(commit)}`);
  running.process.kill('SIGINT');
  expect((await running.ended).code).toBe(130);

  const imported = await cooperage(['import', 'copy', 'backups', '--to', String(commit)], folder);
  expect(imported).toMatchObject({ code: 0, stderr: '' });
  expect(imported.stdout).toContain(`crank ${String(crank)}, from 1 file`);
  expect((await cooperage(['check', '-d', 'copy'], folder)).stdout).toContain('no problems');
  const again = await cooperage(['import', 'copy', 'backups'], folder);
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringContaining(`${join(folder, 'copy')} is not empty`),
  ]);
});
