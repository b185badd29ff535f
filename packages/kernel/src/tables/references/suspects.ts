import type { KPromise, Tables } from '@cooperage/types';
import type { Counters } from '../counters.js';
import { endOf, keys } from '../schema.js';

/**
 * Promises that may be part of a forgotten cycle, but lead to more promises than one crank looks at. They wait until the
 * cranks since then have earned as much work as the search takes, so that the search costs each crank about the same,
 * however many promises there are and however often one of them loses a reference.
 */
export interface Suspects {
  readonly isEmpty: boolean;
  /** @param work that was not enough for them, where they are the first to wait */
  postpone(kps: readonly KPromise[], work: number): void;
  /** A crank has passed. @returns the work that has been earned, once it may be enough */
  earn(): number | undefined;
  /** They are no longer suspects. */
  take(): KPromise[];
}

/** What one crank earns: the search costs it less than a tenth of a millisecond. */
const EARNED = 100;

export const makeSuspects = (rows: Tables, counters: Counters): Suspects => {
  const PREFIX = keys.suspect('' as KPromise);
  const waiting = keys.counter('suspects');
  const earned = keys.counter('suspectsEarned');
  const needed = keys.counter('suspectsNeeded');

  return {
    get isEmpty() {
      return counters.read(waiting) === 0;
    },
    postpone: (kps, work) => {
      if (counters.read(waiting) === 0) counters.write(needed, 2 * work);
      for (const kp of kps) {
        if (rows.has(keys.suspect(kp))) continue;
        rows.set(keys.suspect(kp), '1');
        counters.next(waiting);
      }
    },
    earn: () => {
      const sum = counters.read(earned) + EARNED;
      counters.write(earned, sum);
      return sum < counters.read(needed) ? undefined : sum;
    },
    take: () => {
      const found = [...rows.keys(PREFIX, endOf(PREFIX))];
      for (const key of found) rows.delete(key);
      for (const counter of [waiting, earned, needed]) counters.delete(counter);
      return found.map((key) => key.slice(PREFIX.length) as KPromise);
    },
  };
};
