import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LogLine } from './node.js';
import { type NodeProcess, startNode } from './node-process.js';
import { NODES, SHARDS, type SharedConfig } from './placement.js';
import { freePort, type Postgres } from './postgres.js';

/** Milliseconds for which a node that is not heard of keeps its shards. */
const LEASE = 2_000;

const program = fileURLToPath(
  new URL('./bin/cooperage.js', import.meta.resolve('cooperage/package.json')),
);

export interface ClusterPowers {
  readonly postgres: Postgres;
  readonly config: SharedConfig;
  readonly onLog: (line: LogLine['log']) => void;
}

/** Three nodes over one database. */
export interface Cluster {
  /** By their names. */
  readonly nodes: ReadonlyMap<string, NodeProcess>;
  /** Ends the nodes at once. */
  end(): Promise<void>;
}

/** Writes the config of the shards, and one for each node; makes the tables; starts the nodes, and then the shards. */
export const startCluster = async ({
  postgres,
  config,
  onLog,
}: ClusterPowers): Promise<Cluster> => {
  const fileOf = (name: string): string => join(postgres.home, `${name}.json`);
  const write = (name: string, content: object): void =>
    writeFileSync(fileOf(name), JSON.stringify(content, undefined, 2));
  write('exchange', config);
  const writeNode = async (name: string, shards: readonly string[]): Promise<void> =>
    write(name, {
      database: { url: postgres.url },
      data: join(postgres.home, name),
      node: { name },
      lease: LEASE,
      standby: false,
      kernels: Object.fromEntries(shards.map((shard) => [shard, 'exchange.json'])),
      listen: `127.0.0.1:${await freePort()}`,
    });
  const initialise = async (): Promise<void> => {
    const command = [program, 'cluster', 'init', '-c', fileOf('operator')];
    await promisify(execFile)(process.execPath, command);
  };
  const nodes = new Map<string, NodeProcess>();
  const start = async (name: string): Promise<void> => {
    nodes.set(name, await startNode({ name, config: fileOf(name), onLog }));
  };

  // The tables first and the shards last: then each node is there when they are shared out.
  await writeNode('operator', []);
  await initialise();
  for (const name of NODES) await writeNode(name, SHARDS);
  await Promise.all(NODES.map(start));
  await writeNode('operator', SHARDS);
  await initialise();
  return {
    nodes,
    end: async () => {
      await Promise.all([...nodes.values()].map((node) => node.kill()));
    },
  };
};
