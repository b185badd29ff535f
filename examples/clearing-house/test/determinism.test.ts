// Rounds of the clearing house with upgrades between them, in issue order: played once, and again from the records.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKernel, replayKernel } from 'cooperage';
import { expect, it, onTestFinished } from 'vitest';
import type { config as builtConfig } from '../src/config.js';

it('is one history on 1, 2 and 8 threads, upgrades included', async () => {
  const { config } = (await import('../dist/config.js')) as { config: typeof builtConfig };
  const directory = await mkdtemp(join(tmpdir(), 'clearing-house-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const kernel = await openKernel({
    config,
    directory,
    order: 'issue',
    threads: 2,
    on: { console: () => undefined },
  });
  for (const round of [1, 2]) {
    await kernel.send('clearing', 'play', [round, 4]);
    await kernel.run();
    for (const vat of ['ledger', 'clearing'] as const) {
      await kernel.upgradeVat(vat, { bundle: vat, parameters: { supply: 0 } });
    }
  }
  await kernel.run();
  await kernel.close();
  for (const threads of [1, 2, 8]) {
    const { from, to, difference } = await replayKernel({ directory, threads });
    expect([from, difference]).toEqual([1, undefined]);
    expect(to).toBeGreaterThan(50);
  }
});
