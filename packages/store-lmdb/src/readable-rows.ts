import { CooperageError, messageOf, type ReadableTables } from '@cooperage/types';
import type { Database, Transaction } from 'lmdb';
import type { RowDecoder } from './coding/row-decoder.js';

/** Keys that an iteration reads at a time: at first, and at most. */
const FIRST_PAGE = 4;
const LARGEST_PAGE = 512;

export interface ReadableRowsPowers {
  readonly tables: Database<string, string>;
  readonly decode: RowDecoder;
  /** Throws where the rows cannot be read any more. */
  readonly insistOpen: () => void;
  /** Rows are as they were when it began; without it, as they are now. */
  readonly transaction?: Transaction;
}

/** A read writes nothing: where the library refuses it, the pages on the way to the row are damaged. */
const unreadable = (what: string, cause: unknown): CooperageError =>
  cause instanceof CooperageError
    ? cause
    : new CooperageError(
        'STORE_CORRUPT',
        `${what} cannot be read: ${messageOf(cause)}; restore the directory from a backup`,
        { cause },
      );

/** Rows for reading, each checked when it is read. */
export const makeReadableRows = ({
  tables,
  decode,
  insistOpen,
  transaction,
}: ReadableRowsPowers): ReadableTables => {
  const at = transaction === undefined ? {} : { transaction };
  return {
    get: (key) => {
      insistOpen();
      try {
        const stored = tables.get(key, at);
        return stored === undefined ? undefined : decode(key, stored);
      } catch (cause) {
        throw unreadable(`the row "${key}"`, cause);
      }
    },
    has: (key) => {
      insistOpen();
      try {
        // Only the latter can look into the past.
        if (transaction !== undefined) return tables.get(key, at) !== undefined;
        return tables.doesExist(key);
      } catch (cause) {
        throw unreadable(`the row "${key}"`, cause);
      }
    },
    /** Page by page, so that no cursor outlives a call and keeps old pages from being used again. */
    *keys(start, end) {
      let from = start;
      let size = FIRST_PAGE;
      while (from < end) {
        insistOpen();
        let page: string[];
        try {
          page = Array.from(tables.getKeys({ start: from, end, limit: size, ...at }));
        } catch (cause) {
          throw unreadable(`the rows from "${from}" on`, cause);
        }
        yield* page;
        const last = page.at(-1);
        if (last === undefined || page.length < size) return;
        from = `${last}\0`;
        size = Math.min(2 * size, LARGEST_PAGE);
      }
    },
  };
};
