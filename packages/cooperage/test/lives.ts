/** Random programs of vats, with vats made, upgraded and ended in between. */
import { type CrankCause, checkTables } from '@cooperage/kernel';
import { hashState } from '@cooperage/store';
import { expect } from 'vitest';
import type { OpenKernelOptions } from '../src/index.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';

const NAMES = ['main', 'ann', 'ben', 'cid'] as const;

/** Which engine each of the vats runs on. */
export type Engines = Partial<Record<(typeof NAMES)[number], 'v8' | 'quickjs'>>;

const configOf = (seed: number, engines: Engines) => ({
  bootstrap: 'main',
  vats: Object.fromEntries(
    NAMES.map((name, i) => [
      name,
      {
        source: fixture('chaos-vat.js'),
        parameters: { seed: seed * 17 + i, steps: 10 },
        ...(engines[name] !== undefined && { engine: engines[name] }),
      },
    ]),
  ),
  bundles: { chaos: { source: fixture('chaos-vat.js') } },
});

export interface Life {
  readonly directory: string;
  /** The hash of all rows but those of images and of the history. */
  readonly state: string;
  /** Whose records were retired or refused, in order. */
  readonly retired: readonly string[];
  readonly seen: unknown;
  readonly vats: number;
}

export const live = async (
  seed: number,
  options: Partial<OpenKernelOptions>,
  engines: Engines = {},
): Promise<Life> => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({
    config: configOf(seed, engines),
    directory,
    order: 'issue',
    ...options,
  });
  await kernel.run();
  await kernel.upgradeVat('ben', { bundle: 'chaos', parameters: { seed: seed + 5, steps: 4 } });
  await kernel.run();
  const peers = NAMES.map((name) => kernel.root(name));
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
    state: hashState(tables, ['history.']),
    retired: causes
      .filter(([tag]) => tag === 'retire' || tag === 'refuse')
      .map((cause) => JSON.stringify(cause)),
    seen,
    vats: Number(tables.get('k.vat')),
  };
  await kernel.close();
  return life;
};
