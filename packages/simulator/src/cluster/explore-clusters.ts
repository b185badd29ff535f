/** The smallest world of two real kernels, in every order in which its steps can happen. */
import { makeCore } from '@cooperage/kernel';
import type { ClusterOptions } from './cluster-options.js';
import { makeClusterWorld, type ClusterWorld, type Step } from './cluster-world.js';

export interface Exploration {
  /** Different states. */
  readonly states: number;
  /** Different states in which the world was over and nothing was left. */
  readonly ends: number;
  readonly isComplete: boolean;
}

/** Two kernels with a vat each. Each host finds the root of the other kernel, and sends to what it knows. */
export const SMALLEST: ClusterOptions = {
  ...{ seed: 'smallest', kernels: 2, vats: 1, window: 1, order: 'arrival', inputs: 2 },
  ...{ crashes: 0, workersLost: 0, losses: 0, checkEvery: 1 },
  profile: { fuel: 1, fault: 0, exit: 0, admin: 0, pass: 0, abandon: 0, collect: 0 },
};

/** Work of one kernel that no other one sees: which of it comes first makes no difference to others. */
const isInner = (step: Step): boolean =>
  step.type === 'node' && ['execute', 'arrive', 'apply', 'land'].includes(step.step.type);

/** Inner work is done at once. The steps that are left are choices. */
const choices = async (world: ClusterWorld): Promise<Step[] | undefined> => {
  for (;;) {
    const open = world.steps();
    const inner = open.find(isInner);
    if (inner !== undefined) await world.take(inner);
    else if (open.length > 0) return open;
    else if (world.goOn()) return undefined;
  }
};

/** @param most give up after so many states */
export const exploreClusters = async (
  most: number,
  options: ClusterOptions = SMALLEST,
): Promise<Exploration> => {
  const seen = new Set<string>();
  let ends = 0;
  const paths: (readonly number[])[] = [[]];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    if (seen.size >= most) return { states: seen.size, ends, isComplete: false };
    const world = makeClusterWorld({ options, makeCore });
    let open = await choices(world);
    for (const choice of path) {
      await world.take(open?.[choice] as Step);
      open = await choices(world);
    }
    // Down one way; the others are taken later, from the beginning.
    for (let at = path; ; at = [...at, 0]) {
      const state = world.state();
      if (seen.has(state)) break;
      seen.add(state);
      if (open === undefined) {
        ends += 1;
        break;
      }
      for (let other = open.length - 1; other > 0; other -= 1) paths.push([...at, other]);
      await world.take(open[0] as Step);
      open = await choices(world);
    }
  }
  return { states: seen.size, ends, isComplete: true };
};
