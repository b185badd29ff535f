// Fewer months of the market, in issue order: played once, and again from the records on other numbers of threads.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKernel, replayKernel } from 'cooperage';
import { expect, it, onTestFinished } from 'vitest';
import { makeConfig } from '../dist/config.js';
import { readPrices } from '../dist/prices.js';

it('is one history on 1, 2 and 8 threads', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'exchange-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const kernel = await openKernel({
    config: makeConfig(readPrices(), { rounds: 4, repeat: 1 }),
    services: { progress: { report: () => undefined } },
    directory,
    order: 'issue',
    threads: 2,
    on: { console: () => undefined },
  });
  await kernel.run();
  expect(await kernel.send('main', 'getSettlement', [])).toBeDefined();
  await kernel.run();
  await kernel.close();
  for (const threads of [1, 2, 8]) {
    const { from, to, difference } = await replayKernel({ directory, threads });
    expect([from, difference]).toEqual([1, undefined]);
    expect(to).toBeGreaterThan(100);
  }
});
