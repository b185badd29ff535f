import { LIMITS, type ReadableTables, type Tables, type VatID } from '@cooperage/types';
import type { CLists } from '../references/c-lists.js';
import type { Counters } from '../counters.js';
import { endOf, keys } from '../schema.js';

/**
 * What vats that are no more have left: their c-lists' objects, transcript and vatstore; and incarnations that are no
 * more, the transcript. It can be millions of rows. Nothing is delivered by them any more, so they are deleted a few at a
 * time, in whatever cranks follow; what a vat imported is let go of with the row that says so.
 */
export interface LeftRows {
  readonly isEmpty: boolean;
  /** The vat has just ended, or been upgraded: of one that lives, only what is before its present incarnation goes. */
  leave(vatID: VatID): void;
  /** Deletes at most so many rows: `LIMITS.sweptRows` of them, unless the tables were made with another number. */
  sweep(): void;
  /** After an aborted crank. */
  forget(): void;
}

/** An entry of a c-list is two rows, and lets go of something, which may be told to others. */
const ENTRY_COUNTS_FOR = 10;

type Range = readonly [start: string, end: string];

/** Rows that hold nothing else. */
const plainOf = (vatID: VatID): readonly Range[] =>
  [`${vatID}.t.`, keys.vatstore(vatID, '')].map((prefix) => [prefix, endOf(prefix)]);

/** Rows that wait for the sweep, in their order; all others of a vat go with it at once. */
export const bulkOf = (vatID: VatID): readonly Range[] => [
  keys.namesOfObjects(vatID),
  keys.objectsOf(vatID),
  ...plainOf(vatID),
];

/** From where to where there may be rows that the vat has left. */
export const rangesLeft = (
  rows: ReadableTables,
  counters: Counters,
  vatID: VatID,
): readonly Range[] =>
  rows.has(keys.options(vatID))
    ? [[`${vatID}.t.`, keys.transcript(vatID, counters.read(keys.first(vatID)))]]
    : bulkOf(vatID);

export const makeLeftRows = (
  rows: Tables,
  counters: Counters,
  cLists: CLists,
  sweptRows: number = LIMITS.sweptRows,
): LeftRows => {
  const PREFIX = keys.leftRows('' as VatID);
  const left = keys.counter('leftRows');

  /** By the start of a range: a key up to which there is nothing any more. Finding that out again takes long. */
  const reached = new Map<string, string>();

  const firstRows = (most: number, [start, end]: Range): string[] => {
    const found: string[] = [];
    if (most <= 0) return found;
    for (const key of rows.keys(reached.get(start) ?? start, end)) {
      found.push(key);
      if (found.length === most) break;
    }
    const last = found.at(-1);
    if (last !== undefined) reached.set(start, last);
    return found;
  };

  return {
    get isEmpty() {
      return counters.read(left) === 0;
    },
    leave: (vatID) => {
      if (rows.has(keys.leftRows(vatID))) return;
      rows.set(keys.leftRows(vatID), '1');
      counters.next(left);
    },
    sweep: () => {
      let budget = sweptRows;
      while (counters.read(left) > 0 && budget > 0) {
        const { value: marker } = rows.keys(PREFIX, endOf(PREFIX)).next() as { value: string };
        const vatID = marker.slice(PREFIX.length) as VatID;
        const isEnded = !rows.has(keys.options(vatID));
        if (isEnded) {
          // Each takes along the row of the other direction.
          const found = firstRows(Math.ceil(budget / ENTRY_COUNTS_FOR), keys.objectsOf(vatID));
          for (const key of found) cLists.release(vatID, key);
          budget -= found.length * ENTRY_COUNTS_FOR;
        }
        const ranges = isEnded ? plainOf(vatID) : rangesLeft(rows, counters, vatID);
        for (const range of ranges) {
          const found = firstRows(budget, range);
          for (const key of found) rows.delete(key);
          budget -= found.length;
        }
        if (budget <= 0) return;
        rows.delete(marker);
        counters.write(left, counters.read(left) - 1);
        for (const [start] of [keys.objectsOf(vatID), ...ranges]) reached.delete(start);
      }
    },
    forget: () => reached.clear(),
  };
};
