import { formatTable } from '../table.js';
import type { OwnedShard } from './node.js';
import type { NodeProcess } from './node-process.js';
import { SHARDS, type SharedConfig } from './placement.js';

/** Which node runs a shard, and how far it is. */
export interface Place {
  readonly node: string;
  readonly state: OwnedShard['state'];
}

/** Shards that no node runs at the moment are left out. */
export type ShardMap = ReadonlyMap<string, Place>;

/** A node that is paused or has just been killed says nothing, and is not waited for. */
const PATIENCE = 1_000;

const shardsOf = (node: NodeProcess): Promise<readonly OwnedShard[]> =>
  Promise.race([
    node.shards().catch(() => []),
    new Promise<readonly OwnedShard[]>((resolve) => {
      setTimeout(resolve, PATIENCE, []).unref();
    }),
  ]);

/** Asks each node. */
export const readMap = async (nodes: Iterable<NodeProcess>): Promise<ShardMap> => {
  const map = new Map<string, Place>();
  const all = [...nodes].map(async (node) => [node, await shardsOf(node)] as const);
  for (const [{ name }, shards] of await Promise.all(all)) {
    for (const { shard, state } of shards) {
      const known = map.get(shard)?.state.epoch ?? 0;
      if (state.role === 'owner' && (state.epoch ?? 0) >= known) {
        map.set(shard, { node: name, state });
      }
    }
  }
  return map;
};

export interface HistoryRow {
  readonly seconds: number;
  /** What was done, or empty where the map changed by itself. */
  readonly event: string;
  /** The nodes of the shards, in the order of these; `-` where none runs it. */
  readonly nodes: readonly string[];
}

export interface ShardHistory {
  readonly rows: readonly HistoryRow[];
  /** Something is done: the map may change by it. */
  note(event: string): void;
  /** Adds a row if the map has changed. */
  see(map: ShardMap): void;
}

export const makeHistory = (): ShardHistory => {
  const began = performance.now();
  const rows: HistoryRow[] = [];
  let nodes: readonly string[] = SHARDS.map(() => '-');
  const add = (event: string): void => {
    rows.push({ seconds: (performance.now() - began) / 1000, event, nodes });
  };
  return {
    rows,
    note: add,
    see: (map) => {
      const now = SHARDS.map((shard) => map.get(shard)?.node ?? '-');
      if (now.join() === nodes.join()) return;
      nodes = now;
      add('');
    },
  };
};

export const formatHistory = (rows: readonly HistoryRow[]): string =>
  formatTable([
    ['', 'seconds', ...SHARDS],
    ...rows.map(({ seconds, event, nodes }) => [event, seconds.toFixed(1), ...nodes]),
  ]);

/** One row for each shard: its vats, where they ran last, and what they did there. */
export const formatPlaces = ({ vats }: SharedConfig, map: ShardMap): string =>
  formatTable([
    ['shard', 'vats', 'node', 'owners so far', 'commit groups'],
    ...SHARDS.map((shard) => {
      const { node = '-', state } = map.get(shard) ?? {};
      const count = Object.values(vats).filter((vat) => vat.shard === shard).length;
      return [shard, `${count}`, node, `${state?.epoch ?? '-'}`, `${state?.committed ?? '-'}`];
    }),
  ]);
