import { LIMITS, type ReadableTables, type Tables, type VatID } from '@cooperage/types';
import type { CLists } from '../references/c-lists.js';
import type { Counters } from '../counters.js';
import { endOf, keys } from '../schema.js';

/**
 * Left rows: of terminated vats their c-list, transcript and vatstore, and of old incarnations the transcript. There
 * can be millions of them. No delivery needs them, so they are deleted a few at a time in any later cranks. The
 * import of a c-list row is released with the row.
 */
export interface LeftRows {
  readonly isEmpty: boolean;
  /**
   * The vat has just terminated, or was upgraded; for a living vat, only rows of earlier incarnations are deleted.
   */
  leave(vatID: VatID): void;
  /** Deletes up to `LIMITS.sweptRows` rows, or the number that the tables were made with. */
  sweep(): void;
  /** Resets the state after an aborted crank. */
  forget(): void;
}

/** A c-list entry is two rows and releases a reference, which may lead to deliveries. */
const ENTRY_COUNTS_FOR = 10;

type Range = readonly [start: string, end: string];

/** Rows without references. */
const plainOf = (vatID: VatID): readonly Range[] =>
  [`${vatID}.t.`, keys.vatstore(vatID, '')].map((prefix) => [prefix, endOf(prefix)]);

/** Rows that are deleted in slices, in their order; all other rows of a vat are deleted at once. */
export const bulkOf = (vatID: VatID): readonly Range[] => [
  keys.namesOfObjects(vatID),
  keys.objectsOf(vatID),
  ...plainOf(vatID),
];

/** The ranges in which the vat may have left rows. */
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

  /** For each start of a range, a key up to which nothing is left. Finding this out again takes long. */
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
          // Each deletion also deletes the row of the other direction.
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
