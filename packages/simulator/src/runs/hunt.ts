/** Looks for a seed that fails. */
import { compareSchedules } from './compare-schedules.js';
import type { Mutation } from '../mutations/mutations.js';
import { planWorld } from './plan.js';
import { simulate } from './simulate.js';
import { Violation } from '../violation.js';
import type { WorldOptions } from '../world/world-options.js';

export interface Catch {
  readonly seed: number;
  readonly options: WorldOptions;
  readonly message: string;
}

/** @returns the first seed from `from` on that shows that the rule is needed; undefined if none does in time */
export const hunt = async (
  mutation: Mutation,
  milliseconds: number,
  from = 1,
): Promise<Catch | undefined> => {
  const { vatSide, needsComparison = false } = mutation;
  const makeCore = await mutation.load();
  const end = Date.now() + milliseconds;
  for (let seed = from; Date.now() < end; seed += 1) {
    const options = planWorld(seed, {
      rules: vatSide,
      // Where one delivery is out at a time, nothing crosses.
      ...(needsComparison || seed % 2 === 0 ? { order: 'issue' } : { order: 'arrival' }),
      ...(!needsComparison && { window: 2 + (seed % 7) }),
    });
    try {
      if (needsComparison) await compareSchedules({ options, makeCore }, ['a', 'b']);
      else await simulate({ options, makeCore });
    } catch (error) {
      if (error instanceof Violation) return { seed, options, message: error.message };
      throw error;
    }
  }
  return undefined;
};
