// Forks of forks, made and ended while it runs: played once, and again from the records on other numbers of threads.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayKernel } from 'cooperage';
import { expect, it, onTestFinished } from 'vitest';
import { playOn } from './play.js';

it.each(['quickjs', 'v8'] as const)(
  'is one history on 1, 2 and 8 threads, on %s',
  async (engine) => {
    const directory = await mkdtemp(join(tmpdir(), 'contract-host-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await playOn(engine, { directory, order: 'issue' });
    for (const threads of [1, 2, 8]) {
      const { from, to, difference } = await replayKernel({ directory, threads });
      expect([from, difference]).toEqual([1, undefined]);
      expect(to).toBeGreaterThan(500);
    }
  },
);
