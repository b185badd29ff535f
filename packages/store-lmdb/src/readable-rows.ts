import type { ReadableTables } from '@cooperage/types';
import type { Database, Transaction } from 'lmdb';
import { decodeValue } from './value-coding.js';

/** Keys that an iteration reads at a time: at first, and at most. */
const FIRST_PAGE = 4;
const LARGEST_PAGE = 512;

/**
 * Rows for reading: as they are now, or as they were when `transaction` began.
 *
 * @param insistOpen throws where they cannot be read any more
 */
export const makeReadableRows = (
  tables: Database<string, string>,
  insistOpen: () => void,
  transaction?: Transaction,
): ReadableTables => {
  const at = transaction === undefined ? {} : { transaction };
  return {
    get: (key) => {
      insistOpen();
      const stored = tables.get(key, at);
      return stored === undefined ? undefined : decodeValue(stored);
    },
    has: (key) => {
      insistOpen();
      // Only the latter can look into the past.
      return transaction === undefined ? tables.doesExist(key) : tables.get(key, at) !== undefined;
    },
    /** Page by page, so that no cursor outlives a call and keeps old pages from being used again. */
    *keys(start, end) {
      let from = start;
      let size = FIRST_PAGE;
      while (from < end) {
        insistOpen();
        const page = Array.from(tables.getKeys({ start: from, end, limit: size, ...at }));
        yield* page;
        const last = page.at(-1);
        if (last === undefined || page.length < size) return;
        from = `${last}\0`;
        size = Math.min(2 * size, LARGEST_PAGE);
      }
    },
  };
};
