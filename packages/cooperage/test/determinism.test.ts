/** One history for any number of threads: random programs, with vats made, upgraded and ended in between. */
import type { CrankCause } from '@cooperage/kernel';
import { hashTables } from '@cooperage/store';
import { checkTables } from '@cooperage/vat-manager';
import { expect, test } from 'vitest';
import { replayKernel } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const chaos = { source: fixture('chaos-vat.js') };

const configOf = (seed: number) => ({
  bootstrap: 'main',
  vats: Object.fromEntries(
    ['main', 'ann', 'ben', 'cid'].map((name, i) => [
      name,
      { ...chaos, parameters: { seed: seed * 17 + i, steps: 10 } },
    ]),
  ),
  bundles: { chaos },
});

interface Life {
  readonly directory: string;
  readonly state: string;
  /** Whose records were retired or refused, in order. */
  readonly retired: readonly string[];
  readonly seen: unknown;
  readonly vats: number;
}

const live = async (seed: number, threads: number, window: number): Promise<Life> => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({
    config: configOf(seed),
    directory,
    order: 'issue',
    threads,
    window,
  });
  await kernel.run();
  await kernel.upgradeVat('ben', { bundle: 'chaos', parameters: { seed: seed + 5, steps: 4 } });
  await kernel.run();
  const peers = ['main', 'ann', 'ben', 'cid'].map((name) => kernel.root(name));
  await kernel.send('ben', 'go', [peers, null, 5]);
  await kernel.run();
  const seen = await kernel.send('main', 'seen');
  await kernel.run();
  const { tables } = kernel.store;
  expect(checkTables(tables)).toEqual([]);
  const causes = [...tables.keys('history.0', 'history.newest')].map((key) => {
    const text = tables.get(key) as string;
    return JSON.parse(text.slice(text.indexOf(' ') + 1)) as CrankCause;
  });
  const life = {
    directory,
    state: hashTables(tables, ['history.']),
    retired: causes
      .filter(([tag]) => tag === 'retire' || tag === 'refuse')
      .map((cause) => JSON.stringify(cause)),
    seen,
    vats: Number(tables.get('k.vat')),
  };
  await kernel.close();
  return life;
};

test.each([
  [1, 1],
  [2, 8],
  [3, 32],
])(
  'seed %i, window %i: 1, 2 and 8 threads end in one state, by one history',
  async (seed, window) => {
    const { directory, ...alone } = await live(seed, 1, window);
    expect(alone.vats).toBeGreaterThan(4);
    expect(alone.retired.length).toBeGreaterThan(100);
    for (const threads of [2, 8]) {
      const { directory: _, ...other } = await live(seed, threads, window);
      expect(other).toEqual(alone);
    }
    // With the inputs at the same places every hash of the chain is the same, and all rows are at the end.
    for (const threads of [1, 2, 8]) {
      const { from, difference } = await replayKernel({ directory, threads });
      expect([from, difference]).toEqual([1, undefined]);
    }
  },
);
