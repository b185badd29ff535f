/**
 * A vat's view of its own rows of the store, from inside a crank.
 *
 *     written   what cranks wrote whose records may not be retired yet
 *     known     what was read before, or all rows where they were few
 *     reader    the store, as of some retired record
 *
 * No other code writes these rows, so `known` never goes stale: a row leaves `written` for `known` when
 * its crank is acknowledged, and by then the store has it too.
 */
import type { VatstoreReader } from '@cooperage/types';
import { makeSinceAcked } from './since-acked.js';
import { makeSortedKeys } from './sorted-keys.js';

/**
 * A store that does the merging: it is asked once for each key that the vat asks for, and answers with what the vat
 * gets. So what a crank was told is all that is needed to run it again.
 */
export interface MergingReader extends VatstoreReader {
  /**
   * The first key after `prior` that is in the store and not among `gone`, or `own` if that comes first.
   * @param gone keys between the two, deleted since
   */
  nextKey(prior: string, own: string | undefined, gone: readonly string[]): string | undefined;
}

export interface VatstoreLayers {
  get(key: string): string | undefined;
  getNextKey(prior: string): string | undefined;
  set(key: string, value: string, n: number): void;
  delete(key: string, n: number): void;
  /** Records up to `acked` are retired: the store has what their cranks wrote. */
  advance(acked: number): void;
}

/** One row: its key and its value. */
export type VatstoreRow = readonly [key: string, value: string];

/** Characters of rows that a vat's worker keeps in memory, besides the writes that are not retired. */
export const KNOWN_CHARACTERS = 4_000_000;

interface Known {
  get(key: string): string | undefined;
  getNextKey(prior: string): string | undefined;
  /** The store has this now. */
  put(key: string, value: string | undefined): void;
  /** Characters held. */
  readonly size: number;
}

const sizeOfRow = (key: string, value: string | undefined): number =>
  key.length + (value?.length ?? 0);

const isMerging = (reader: VatstoreReader): reader is MergingReader => 'nextKey' in reader;

/** All rows: the reader is never asked. */
const knowAll = (rows: Iterable<VatstoreRow>): Known => {
  const values = new Map(rows);
  const keys = makeSortedKeys(values.keys());
  let size = 0;
  for (const [key, value] of values) size += sizeOfRow(key, value);
  return {
    get: (key) => values.get(key),
    getNextKey: (prior) => keys.after(prior),
    put: (key, value) => {
      const before = values.get(key);
      if (before !== undefined) size -= sizeOfRow(key, before);
      if (value === undefined) {
        values.delete(key);
        keys.delete(key);
        return;
      }
      if (before === undefined) keys.add(key);
      values.set(key, value);
      size += sizeOfRow(key, value);
    },
    get size() {
      return size;
    },
  };
};

/** What was read so far; too much of it is forgotten all at once. */
const knowSome = (reader: VatstoreReader): Known => {
  const values = new Map<string, string | undefined>();
  let size = 0;
  const put = (key: string, value: string | undefined): void => {
    if (values.has(key)) size -= sizeOfRow(key, values.get(key));
    values.set(key, value);
    size += sizeOfRow(key, value);
    if (size <= KNOWN_CHARACTERS) return;
    values.clear();
    size = 0;
  };
  return {
    get: (key) => {
      const value = values.get(key);
      if (value !== undefined || values.has(key)) return value;
      const read = reader.get(key);
      put(key, read);
      return read;
    },
    getNextKey: (prior) => reader.getNextKey(prior),
    put,
    get size() {
      return size;
    },
  };
};

/**
 * @param reader the store; trusted to be the vat's own rows
 * @param all    every row there is, where they are few: then `reader` is asked only if they become many
 */
export const makeVatstoreLayers = (
  reader: VatstoreReader,
  all?: Iterable<VatstoreRow>,
): VatstoreLayers => {
  let known = all === undefined ? knowSome(reader) : knowAll(all);
  let complete = all !== undefined;
  /** undefined for a row that was deleted. */
  const written = new Map<string, string | undefined>();
  const writtenKeys = makeSortedKeys();
  const cranks = makeSinceAcked();

  const write = (key: string, value: string | undefined, n: number): void => {
    if (!written.has(key)) writtenKeys.add(key);
    written.set(key, value);
    cranks.add(key, n);
  };

  const isGone = (key: string): boolean => written.get(key) === undefined;
  const goneBetween = (prior: string, end: string | undefined): string[] => {
    const gone: string[] = [];
    let key = writtenKeys.after(prior, isGone);
    while (key !== undefined && (end === undefined || key < end)) {
      gone.push(key);
      key = writtenKeys.after(key, isGone);
    }
    return gone;
  };

  return {
    get: (key) => {
      const value = written.get(key);
      return value !== undefined || written.has(key) ? value : known.get(key);
    },
    getNextKey: (prior) => {
      const own = writtenKeys.after(prior, (key) => !isGone(key));
      if (isMerging(reader) && !complete)
        return reader.nextKey(prior, own, goneBetween(prior, own));
      let stored = known.getNextKey(prior);
      while (stored !== undefined && (own === undefined || stored < own)) {
        if (!written.has(stored) || !isGone(stored)) return stored;
        stored = known.getNextKey(stored);
      }
      return own;
    },
    set: write,
    delete: (key, n) => {
      write(key, undefined, n);
    },
    advance: (acked) => {
      cranks.advance(acked, (key) => {
        known.put(key, written.get(key));
        written.delete(key);
        writtenKeys.delete(key);
      });
      if (complete && known.size > KNOWN_CHARACTERS) {
        known = knowSome(reader);
        complete = false;
      }
    },
  };
};
