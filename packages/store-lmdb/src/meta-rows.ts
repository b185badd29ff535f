import { CooperageError } from '@cooperage/types';
import type { Database } from 'lmdb';

/** Of the layout of directory, databases, keys and values. */
export const FORMAT = 1;

/**
 * What the store says about itself, in a database of its own.
 *
 * * `format`: version of the layout; raised when an older program could not read or would damage it
 * * `epoch`: greater with each open
 * * `begin`, `end`: sequence of the newest group, written first and last in its transaction: unequal
 *   where half of a group was committed
 */
export type MetaRows = Database<string, 'format' | 'epoch' | 'begin' | 'end'>;

const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

const readNumber = (rows: MetaRows, name: 'format' | 'epoch' | 'begin' | 'end'): number => {
  const text = rows.get(name) ?? '';
  if (NUMBER.test(text)) return Number(text);
  throw new CooperageError(
    'STORE_CORRUPT',
    `the store's own row "${name}" is missing or damaged; restore the store from a backup`,
  );
};

/**
 * @returns sequence of the newest group and the epoch of the last open
 * @throws {CooperageError} `STORE_NEWER_FORMAT`, `STORE_CORRUPT`
 */
export const readMetaRows = (
  directory: string,
  rows: MetaRows,
): { readonly committed: number; readonly epoch: number } => {
  const format = readNumber(rows, 'format');
  if (format > FORMAT) {
    throw new CooperageError(
      'STORE_NEWER_FORMAT',
      `the store in ${directory} has format ${format}, and this version of @cooperage/store-lmdb knows ` +
        `formats up to ${FORMAT}; update it, or restore a backup from before the format changed`,
    );
  }
  const committed = readNumber(rows, 'begin');
  const end = readNumber(rows, 'end');
  if (committed !== end) {
    throw new CooperageError(
      'STORE_CORRUPT',
      `group ${committed} in ${directory} was written in part (the newest whole one is ${end}); ` +
        'restore the store from a backup',
    );
  }
  return { committed, epoch: readNumber(rows, 'epoch') };
};
