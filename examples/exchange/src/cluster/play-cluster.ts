import { setTimeout as sleep } from 'node:timers/promises';
import type { Extent } from '../config.js';
import { type Json, toJson } from '../outcome.js';
import { readPrices } from '../prices.js';
import { makeProgress, type Sink } from '../progress.js';
import type { Settlement } from '../vats/main.js';
import { type Cluster, startCluster } from './cluster.js';
import { NodeGone } from './node-process.js';
import { makeSharedConfig, type SharedConfig } from './placement.js';
import { startPostgres } from './postgres.js';
import { PROGRESS } from './progress-service.js';
import { type HistoryRow, makeHistory, readMap, type ShardMap } from './shard-map.js';

export interface ClusterOutcome {
  /** The same as on one machine. */
  readonly settlement: Json<Settlement>;
  readonly seconds: number;
  readonly config: SharedConfig;
  /** Where the shards ran at the end. */
  readonly map: ShardMap;
  readonly history: readonly HistoryRow[];
}

/** Milliseconds between two looks at the cluster. */
const LOOK = 200;

/** Asks one node after the other until one answers: the settlement is there when all is done. */
const awaitSettlement = async ({ nodes }: Cluster): Promise<Json<Settlement>> => {
  for (let turn = 0; ; turn += 1) {
    const running = [...nodes.values()];
    const node = running[turn % Math.max(1, running.length)];
    try {
      if (node !== undefined) return toJson((await node.settlement()) as Settlement);
    } catch (error) {
      if (!(error instanceof NodeGone)) throw error;
    }
    await sleep(LOOK);
  }
};

/** Plays the exchange on three nodes, each a process of its own, over a PostgreSQL of its own. */
export const playOnCluster = async (
  extent: Extent,
  sink: Sink,
  interrupted: Promise<unknown>,
): Promise<ClusterOutcome | undefined> => {
  const began = performance.now();
  const progress = makeProgress(sink);
  const history = makeHistory();
  const config = makeSharedConfig(readPrices(), extent);
  progress.prepare('starting a database and three nodes');
  const postgres = await startPostgres();
  let cluster: Cluster | undefined;
  let isOver = false;
  const watch = async (running: Cluster): Promise<void> => {
    while (!isOver) {
      history.see(await readMap(running.nodes.values()));
      await sleep(LOOK);
    }
  };
  const play = async (): Promise<ClusterOutcome> => {
    let begin = (): void => {};
    // Until the vats of all shards are found there is nothing to settle.
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const running = await startCluster({
      postgres,
      config,
      onLog: ({ message }) => {
        const { done, total } = PROGRESS.exec(message)?.groups ?? {};
        if (done === undefined) return;
        progress.report(Number(done), Number(total));
        begin();
      },
    });
    cluster = running;
    history.note('the nodes have joined');
    const watching = watch(running);
    watching.catch(() => {}); // heard of below
    await hasBegun;
    const settlement = await awaitSettlement(running);
    history.note('settled');
    const map = await readMap(running.nodes.values());
    isOver = true;
    await watching;
    const seconds = (performance.now() - began) / 1000;
    return { settlement, seconds, config, map, history: history.rows };
  };
  try {
    const outcome = play();
    outcome.catch(() => {}); // if it is not awaited any more
    return await Promise.race([outcome, interrupted.then(() => undefined)]);
  } finally {
    isOver = true;
    progress.end();
    await cluster?.end();
    await postgres.stop();
  }
};
