import { fileURLToPath } from 'node:url';
import { makeConfig, type Extent } from '../config.js';
import type { Series } from '../prices.js';
import type { RuleName } from '../vats/rules.js';

export const SHARDS = ['s0', 's1', 's2'] as const;

/** By these names each of the three gets one of the three shards. */
export const NODES = ['ann', 'ida', 'lima'] as const;

const SHARD_OF_VAT: Readonly<Record<string, string>> = {
  main: 's0',
  feed: 's0',
  bank: 's1',
  exchange: 's2',
};

const SHARD_OF_RULE: Readonly<Record<RuleName, string>> = {
  momentum: 's0',
  reversion: 's1',
  balance: 's2',
};

/** Traders by their rules; each company has one of each. */
const shardOf = (vat: string): string => {
  const rule = vat.slice(vat.indexOf('-') + 1) as RuleName;
  return SHARD_OF_VAT[vat] ?? SHARD_OF_RULE[rule];
};

interface PlacedVat {
  readonly shard: string;
  readonly services?: readonly string[];
}

export interface SharedConfig {
  readonly bootstrap: string;
  readonly vats: Readonly<Record<string, PlacedVat>>;
  readonly services: Readonly<Record<string, string>>;
}

/** The one config of all shards: that of one machine, with a shard for each of the nineteen vats. */
export const makeSharedConfig = (prices: readonly Series[], extent: Extent): SharedConfig => {
  const { bootstrap, vats } = makeConfig(prices, extent);
  const place = ([name, vat]: readonly [string, object]): [string, PlacedVat] => [
    name,
    { ...vat, shard: shardOf(name), ...(name === bootstrap && { services: ['progress'] }) },
  ];
  return {
    bootstrap,
    vats: Object.fromEntries(Object.entries(vats).map(place)),
    services: { progress: fileURLToPath(new URL('./progress-service.js', import.meta.url)) },
  };
};
