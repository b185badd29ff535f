/** Many worlds, from one seed after another. */
import { messageOf } from '@cooperage/types';
import type { LinkRule } from './rules.js';
import { planOf, runWorld } from './world/run-world.js';

export interface WorldFailure {
  readonly seed: number;
  readonly message: string;
}

export interface WorldsOutcome {
  readonly worlds: number;
  readonly failures: readonly WorldFailure[];
  readonly failed: number;
  /** What happened in them. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface WorldsOptions {
  readonly from: number;
  readonly seeds: number;
  readonly without?: readonly LinkRule[];
  /** Milliseconds after which no other world is begun. */
  readonly within?: number;
  readonly stopsAtFirst?: boolean;
}

/** So many failures are told. */
const MOST_TOLD = 20;

export const runWorlds = (options: WorldsOptions): WorldsOutcome => {
  const { from, seeds, without = [], within = Infinity, stopsAtFirst = false } = options;
  const begun = performance.now();
  const counts: Record<string, number> = {};
  const failures: WorldFailure[] = [];
  let failed = 0;
  let worlds = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    if (performance.now() - begun > within) break;
    worlds += 1;
    try {
      for (const [what, n] of Object.entries(runWorld(planOf(seed), without)))
        counts[what] = (counts[what] ?? 0) + n;
    } catch (error) {
      failed += 1;
      if (failures.length < MOST_TOLD) failures.push({ seed, message: messageOf(error) });
      if (stopsAtFirst) break;
    }
  }
  return { worlds, failures, failed, counts };
};
