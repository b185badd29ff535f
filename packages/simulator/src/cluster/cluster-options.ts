import type { Order, PeerID } from '@cooperage/types';
import type { Profile } from '../vats/behaviour.js';
import { makeRandom } from '../random.js';

/** `find` the root of another kernel; `ask` an object of another kernel, where the host knows one. */
export type HostAct = 'find' | 'ask';

/** All that a world of several kernels depends on, besides the code. */
export interface ClusterOptions {
  readonly seed: string;
  readonly kernels: number;
  /** Vats of each kernel. */
  readonly vats: number;
  /** The largest window that a vat has. */
  readonly window: number;
  readonly order: Order;
  /** Inputs of each host, besides those at the beginning and at the end. */
  readonly inputs: number;
  /** What the hosts of some kernels do, input by input, in place of what is drawn at random. */
  readonly scripts?: Readonly<Record<PeerID, readonly HostAct[]>>;
  readonly crashes: number;
  /** How often a worker may be lost. */
  readonly workersLost: number;
  /** How often a kernel may be lost for good. */
  readonly losses: number;
  readonly profile: Profile;
  /** Messages on their way to a kernel beyond which vats wait that send there. */
  readonly linkLimit: number;
  /** The whole-database check runs after every so many changes of a kernel. */
  readonly checkEvery: number;
}

/** What a seed chooses. */
export const clusterPlan = (seed: number): ClusterOptions => {
  const random = makeRandom(`cluster ${seed}`);
  const kind = random.below(10);
  return {
    seed: String(seed),
    kernels: 2 + random.below(4),
    vats: 1 + random.below(2),
    window: 1 + random.below(8),
    order: random.chance(0.5) ? 'arrival' : 'issue',
    inputs: 8 + random.below(20),
    crashes: kind < 5 ? 1 + random.below(4) : 0,
    workersLost: kind < 5 ? random.below(3) : 0,
    losses: kind === 9 ? 1 : 0,
    profile: {
      fuel: 3 + random.below(6),
      fault: random.chance(0.2) ? 0.01 : 0,
      exit: random.chance(0.2) ? 0.01 : 0,
      // Vats are upgraded, forked and put in quarantine.
      admin: random.chance(0.5) ? 0.05 : 0,
      pass: random.chance(0.6) ? 0.3 : 0,
      abandon: 0,
      collect: random.pick([0.1, 0.3, 0.6]),
      hosted: 0,
    },
    linkLimit: makeRandom(`cluster ${seed} flow`).pick([1, 2, 4, 10_000]),
    checkEvery: 4,
  };
};
