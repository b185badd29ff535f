// Vats made and ended while it runs: played once, and again from the records on other numbers of threads.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKernel, replayKernel } from 'cooperage';
import { expect, it, onTestFinished } from 'vitest';
import { config } from '../dist/config.js';

it('is one history on 1, 2 and 8 threads', { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'contract-host-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const kernel = await openKernel({
    config,
    directory,
    order: 'issue',
    threads: 2,
    on: { console: () => undefined },
  });
  await kernel.send('main', 'play', []);
  await kernel.run();
  await kernel.close();
  for (const threads of [1, 2, 8]) {
    const { from, to, difference } = await replayKernel({ directory, threads });
    expect([from, difference]).toEqual([1, undefined]);
    expect(to).toBeGreaterThan(100);
  }
});
