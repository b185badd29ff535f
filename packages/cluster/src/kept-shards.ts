import type { AgentOptions } from './agent-options.js';
import { type ShardChild, startShard } from './shard-child.js';

/** Between two starts of a process that ends by itself. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

export interface Counters {
  /** By their reasons. */
  readonly takeovers: Record<string, number>;
  epochLost: number;
  restarts: number;
  leasesLost: number;
}

/** What an agent keeps of a shard. */
export interface Kept {
  child: ShardChild | undefined;
  /** Why the next take-over happens, for the counters. */
  reason: string;
  pause: number;
  notBefore: number;
  /** Since when another node than the owner is the choice. */
  chosenSince: number | undefined;
  /** Its process runs the kernel: the next one that ends by itself is started again soon. */
  isWell(): void;
}

export interface KeptShards {
  readonly kept: ReadonlyMap<string, Kept>;
  readonly keptOf: (shard: string) => Kept;
  /** Does nothing where there is one, or the last one has just ended by itself. */
  readonly startChild: (shard: string, role: 'owner' | 'standby') => void;
  readonly killAll: () => void;
}

/** The processes of a node, each of which runs or follows one shard. */
export const makeKeptShards = (
  { kernels, entry, data, database, log }: AgentOptions,
  counters: Counters,
  incarnation: () => string,
): KeptShards => {
  const kept = new Map<string, Kept>();
  const { takeovers } = counters;

  const keptOf = (shard: string): Kept => {
    const found = kept.get(shard);
    if (found !== undefined) return found;
    const made: Kept = {
      ...{ child: undefined, reason: 'start', pause: FIRST_PAUSE, notBefore: 0 },
      chosenSince: undefined,
      isWell: () => {
        made.pause = FIRST_PAUSE;
      },
    };
    kept.set(shard, made);
    return made;
  };

  const startChild: KeptShards['startChild'] = (shard, role) => {
    const own = keptOf(shard);
    const config = kernels[shard];
    const isTooSoon = performance.now() < own.notBefore;
    if (config === undefined || own.child !== undefined || isTooSoon) return;
    log('info', `starts as ${role}`, { shard });
    own.child = startShard({
      ...{ entry, role },
      start: { shard, config, data, database, node: incarnation() },
      events: {
        log: (level, message) => log(level, message, { shard }),
        taken: () => {
          takeovers[own.reason] = (takeovers[own.reason] ?? 0) + 1;
          log('info', `took over (${own.reason})`, { shard });
        },
        failed: (code, message) => {
          if (code === 'STORE_EPOCH_LOST') counters.epochLost += 1;
          log('error', message, { shard, code });
        },
        ended: (wasAsked, how) => {
          own.child = undefined;
          if (wasAsked) return;
          counters.restarts += 1;
          own.reason = 'process';
          own.notBefore = performance.now() + own.pause;
          own.pause = Math.min(2 * own.pause, LONGEST_PAUSE);
          log('warn', `the process of the shard ended: ${how}`, { shard });
        },
      },
    });
  };

  return {
    ...{ kept, keptOf, startChild },
    killAll: () => {
      for (const { child } of kept.values()) child?.kill();
    },
  };
};
