/** Runs the worlds of one seed after the other and counts what they did. */
import { messageOf } from '@cooperage/types';
import { compareSchedules } from './compare-schedules.js';
import { loadRules } from '../mutations/mutations.js';
import { planWorld } from './plan.js';
import { simulate } from './simulate.js';
import type { WorldOptions } from '../world/world-options.js';

/** Seeds and how they are run. Plain data, so that it can be told to another process. */
export interface SeedRange {
  readonly first: number;
  /** The seed before which to stop. */
  readonly end: number;
  /** Milliseconds after which no other world is begun. */
  readonly milliseconds: number;
  /** What all worlds have, whatever their seeds would choose. */
  readonly fixed: Partial<WorldOptions>;
  /** Each world under four schedules, in issue order unless `fixed` says otherwise. */
  readonly compare: boolean;
  /** The rule that is switched off, to see what comes of that. */
  readonly without?: string | undefined;
}

/** How often everything happened, by its name. */
export type Totals = Record<string, number>;

export interface Failure {
  readonly options: WorldOptions;
  readonly message: string;
}

export interface RangeResult {
  readonly totals: Totals;
  readonly failure?: Failure;
}

export const addTotals = (into: Totals, from: Readonly<Totals>): void => {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count;
};

/**
 * Stops at the first world that fails.
 *
 * @param progress - is told of all that was done so far, after each world
 */
export const runSeeds = async (
  { first, end, milliseconds, fixed, compare, without }: SeedRange,
  progress: (seed: number, totals: Readonly<Totals>) => void = () => {},
): Promise<RangeResult> => {
  const until = Date.now() + milliseconds;
  const totals: Totals = { worlds: 0 };
  const { makeCore, vatSide: rules } = await loadRules(without);
  const chosen: Partial<WorldOptions> = {
    ...fixed,
    rules,
    ...(compare && { order: fixed.order ?? 'issue' }),
  };
  for (let seed = first; seed < end && Date.now() < until; seed += 1) {
    const options = planWorld(seed, chosen);
    try {
      if (compare) {
        addTotals(totals, {
          states: await compareSchedules({ options, makeCore }, ['a', 'b', 'c', 'd']),
        });
      } else addTotals(totals, { ...(await simulate({ options, makeCore })).counts });
    } catch (error) {
      const message = messageOf(error);
      return { totals, failure: { options, message } };
    }
    addTotals(totals, { worlds: 1 });
    progress(seed, totals);
  }
  return { totals };
};
