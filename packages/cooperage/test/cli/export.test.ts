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

test('--follow adds what changes to a folder, begins a full export anew now and then, and ends on Ctrl-C', async () => {
  const folder = await projectWith({
    bootstrap: 'ticker',
    vats: { ticker: { source: fixture('vats/ticker.js') } },
  });
  const running = await start(['run'], folder);
  await running.says('tick 1');
  const follow = ['export', '.cooperage', 'copies', '--follow', '--interval', '100'];
  const following = await start([...follow, '--full-every', '2'], folder);
  await following.prints('-full.cooperage');
  const increments = await following.prints('on top of commit');
  expect(increments).toMatch(/copies\/\d{10}-since-\d+\.cooperage: the kernel at commit/);
  running.process.kill('SIGINT');
  await running.ended;
  following.process.kill('SIGTERM');
  expect(await following.ended).toMatchObject({ code: 0, stderr: '' });

  // Begun again it goes on from what is there.
  expect((await cooperage(['run', '--cranks', '3'], folder)).code).toBe(0);
  const again = await start([...follow, '--json'], folder);
  expect(JSON.parse(await again.prints('"file"'))).toMatchObject({
    base: { commit: expect.any(Number) as number },
  });
  again.process.kill('SIGTERM');
  expect((await again.ended).code).toBe(0);
  expect(await cooperage(['import', 'restored', 'copies'], folder)).toMatchObject({ code: 0 });
  const check = await cooperage(['check', '-d', 'restored'], folder);
  expect(check.stdout).toContain('no problems');

  const both = await cooperage([...follow, '--since'], folder);
  expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('leave out --since') });
});
