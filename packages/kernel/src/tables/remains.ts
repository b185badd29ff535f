import { LIMITS, type ReadableTables, type Tables, type VatID } from '@cooperage/types';
import type { Counters } from './counters.js';
import { endOf, keys } from './schema.js';

/**
 * What vats that are no more have left, transcript and vatstore, and incarnations that are no more, the transcript: it
 * can be millions of rows. Nothing leads to them any more, so they are deleted a few at a time, in whatever cranks follow.
 */
export interface Remains {
  readonly isEmpty: boolean;
  /** The vat has just ended, or been upgraded: of one that lives, only what is before its present incarnation goes. */
  leave(vatID: VatID): void;
  /** Deletes at most so many rows: `LIMITS.sweptRows` of them, unless the tables were made with another number. */
  sweep(): void;
}

/** Rows that wait for the sweep; all others of a vat go with it at once. */
export const bulkOf = (vatID: VatID): readonly string[] => [
  `${vatID}.t.`,
  keys.vatstore(vatID, ''),
];

/** From where to where there may be rows that the vat has left. */
export const rangesLeft = (
  rows: ReadableTables,
  counters: Counters,
  vatID: VatID,
): (readonly [start: string, end: string])[] =>
  rows.has(keys.options(vatID))
    ? [[`${vatID}.t.`, keys.transcript(vatID, counters.read(keys.first(vatID)))]]
    : bulkOf(vatID).map((prefix) => [prefix, endOf(prefix)]);

export const makeRemains = (
  rows: Tables,
  counters: Counters,
  sweptRows: number = LIMITS.sweptRows,
): Remains => {
  const PREFIX = keys.remains('' as VatID);
  const left = keys.counter('remains');

  const firstRows = (start: string, end: string, most: number): string[] => {
    const found: string[] = [];
    if (most === 0) return found;
    for (const key of rows.keys(start, end)) {
      found.push(key);
      if (found.length === most) break;
    }
    return found;
  };

  return {
    get isEmpty() {
      return counters.read(left) === 0;
    },
    leave: (vatID) => {
      if (rows.has(keys.remains(vatID))) return;
      rows.set(keys.remains(vatID), '1');
      counters.next(left);
    },
    sweep: () => {
      let budget = sweptRows;
      while (counters.read(left) > 0 && budget > 0) {
        const [marker] = firstRows(PREFIX, endOf(PREFIX), 1) as [string];
        const vatID = marker.slice(PREFIX.length) as VatID;
        for (const [start, end] of rangesLeft(rows, counters, vatID)) {
          const found = firstRows(start, end, budget);
          for (const key of found) rows.delete(key);
          budget -= found.length;
        }
        if (budget === 0) return;
        rows.delete(marker);
        counters.write(left, counters.read(left) - 1);
      }
    },
  };
};
