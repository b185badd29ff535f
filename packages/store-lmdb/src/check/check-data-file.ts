import { closeSync, fstatSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CooperageError } from '@cooperage/types';
import { corrupt } from './layout.js';
import { findNewest, readMetas } from './meta-pages.js';
import { type DamagedRow, makeRowCheck } from './row-check.js';
import { TreeWalk } from './tree-walk.js';

/** Milliseconds of looking at pages before other work of the thread. */
const SLICE = 20;
/** Damaged rows that a message names. */
const MOST_NAMED = 5;

/** A number that no buffer and no file has room for is read out of a damaged page only. */
const asCorrupt = (path: string, thrown: unknown): unknown =>
  thrown instanceof RangeError ? corrupt(path, thrown.message) : thrown;

const withFile = async <T>(
  path: string,
  use: (fd: number, size: number) => T | Promise<T>,
): Promise<T> => {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size === 0) throw corrupt(path, 'it is empty');
    return await use(fd, size);
  } catch (thrown) {
    throw asCorrupt(path, thrown);
  } finally {
    closeSync(fd);
  }
};

/**
 * The part of the check that costs nothing: the file is a store at all.
 *
 * @returns both meta pages as text: equal for equal states of the file
 * @throws {CooperageError} `STORE_CORRUPT`
 */
export const checkMetaPages = (path: string): Promise<string> =>
  withFile(path, (fd, size) => {
    const metas = readMetas(fd, path);
    findNewest(fd, path, metas);
    return JSON.stringify([size, ...metas.map(({ txnid, lastPage }) => [Number(txnid), lastPage])]);
  });

export interface CheckedRows {
  /** Rows of the tables. */
  readonly rows: number;
  readonly damaged: readonly DamagedRow[];
}

/**
 * The whole check: every page and every row of the newest state.
 *
 * @returns the rows; those that are damaged can be told from the others, and the file can be opened
 * @throws {CooperageError} `STORE_CORRUPT` where pages are damaged, so that the file cannot be opened
 */
export const checkAllPages = (path: string): Promise<CheckedRows> =>
  withFile(path, async (fd, fileSize) => {
    const meta = findNewest(fd, path, readMetas(fd, path));
    const check = makeRowCheck();
    const walk = new TreeWalk({ path, fd, fileSize, meta, visit: check.visit });
    let until = performance.now() + SLICE;
    while (walk.step()) {
      if (performance.now() < until) continue;
      await setImmediate();
      until = performance.now() + SLICE;
    }
    return check;
  });

const nameRow = ({ database, key, problem }: DamagedRow): string =>
  database === 'tables' ? `${key} (${problem})` : `${key} of ${database} (${problem})`;

/** @throws {CooperageError} `STORE_CORRUPT` that names the damaged rows */
export const insistSoundRows = (path: string, { damaged }: CheckedRows): void => {
  if (damaged.length === 0) return;
  const named = damaged.slice(0, MOST_NAMED).map(nameRow).join(', ');
  const more = damaged.length > MOST_NAMED ? `, and ${damaged.length - MOST_NAMED} more` : '';
  throw new CooperageError(
    'STORE_CORRUPT',
    `${path} holds rows that differ from what was written: ${named}${more}; ` +
      'nothing was changed; restore the directory from a backup',
  );
};
