/** Worlds of several kernels, from one seed after another. */
import { makeCore } from '@cooperage/kernel';
import { messageOf, stackOf } from '@cooperage/types';
import { Violation } from '../violation.js';
import { CLUSTER_MUTATIONS, type ClusterMutation } from './cluster-rules.js';
import { clusterPlan } from './cluster-options.js';
import { runClusterWorld } from './cluster-world.js';

export interface ClustersOutcome {
  readonly worlds: number;
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
  /** What happened in them. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface ClustersOptions {
  readonly from: number;
  readonly seeds: number;
  /** Milliseconds of processor time after which no other world is begun. */
  readonly within?: number;
  readonly stopsAtFirst?: boolean;
  /** A rule that the worlds do without; see {@link CLUSTER_MUTATIONS}. */
  readonly without?: string | undefined;
  readonly trace?: (line: string) => void;
}

/** @throws {RangeError} there is no such rule */
export const mutationOf = (name: string): ClusterMutation => {
  const found = CLUSTER_MUTATIONS[name];
  if (found === undefined) {
    throw new RangeError(
      `there is no rule "${name}": the rules are ${Object.keys(CLUSTER_MUTATIONS).join(', ')}`,
    );
  }
  return found;
};

/** In milliseconds: a machine that is busy with other work finds the same in the same time. */
const processorTime = (): number => process.cpuUsage().user / 1_000;

export const runClusters = async (options: ClustersOptions): Promise<ClustersOutcome> => {
  const { from, seeds, within = Infinity, stopsAtFirst = false } = options;
  const mutation = options.without === undefined ? undefined : mutationOf(options.without);
  const make = (await mutation?.load()) ?? makeCore;
  const begun = processorTime();
  const counts: Record<string, number> = {};
  const failures: { seed: number; message: string }[] = [];
  let worlds = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    if (processorTime() - begun > within) break;
    worlds += 1;
    try {
      const happened = await runClusterWorld({
        options: clusterPlan(seed),
        makeCore: make,
        without: mutation?.without,
        trace: options.trace,
      });
      for (const [what, n] of Object.entries(happened)) counts[what] = (counts[what] ?? 0) + n;
    } catch (error) {
      const message =
        error instanceof Violation ? error.message : (stackOf(error) ?? messageOf(error));
      failures.push({ seed, message });
      if (stopsAtFirst) break;
    }
  }
  return { worlds, failures, counts };
};
