import { CooperageError } from '@cooperage/types';
import type { Database, GetOptions } from 'lmdb';
import { openRow, sealRow } from './coding/sealed-rows.js';

/**
 * Of the layout of directory, databases, keys and values.
 *
 * * 1: rows without checksums. Read, and converted when a kernel opens it.
 * * 2: rows under seals.
 * * 3: as 2. The kernel's rows have other keys, which a program that knows format 2 would not find.
 */
export const FORMAT = 3;
const UNSEALED_FORMAT = 1;

/** Whether rows have seals in a format that this version knows. */
export const isSealed = (format: number): boolean => format > UNSEALED_FORMAT && format <= FORMAT;

type SealedRow = 'layout' | 'epoch' | 'begin' | 'end' | 'note';

/**
 * What the store says about itself, in a database of its own.
 *
 * * `format`: version of the layout; raised when an older program could not read or would damage it. Not sealed,
 *   so that every version can read it
 * * `layout`: the same under a seal, since format 2
 * * `epoch`: greater with each open
 * * `begin`, `end`: sequence of the newest group, written first and last in its transaction: unequal
 *   where half of a group was committed
 * * `note`: what the owner says of the newest group; only where it says something
 */
export type MetaRows = Database<string, 'format' | SealedRow>;

export interface StoreMeta {
  readonly format: number;
  /** Sequence of the newest group. */
  readonly committed: number;
  /** Of the last open. */
  readonly epoch: number;
}

const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

const insistNumber = (name: string, text: string | undefined): number => {
  if (text !== undefined && NUMBER.test(text)) return Number(text);
  throw new CooperageError(
    'STORE_CORRUPT',
    `the store's own row "${name}" is missing or damaged; restore the store from a backup`,
  );
};

const readSealed = (rows: MetaRows, name: SealedRow, at: GetOptions = {}): number => {
  const stored = rows.get(name, at);
  return insistNumber(name, stored === undefined ? undefined : openRow(name, stored));
};

/** Part of the transaction under way. */
export const putMeta = (rows: MetaRows, name: SealedRow, value: number): void => {
  void rows.put(name, sealRow(name, String(value)));
};

/** Part of the transaction under way: the rows are in the present format. */
export const putFormat = (rows: MetaRows): void => {
  void rows.put('format', String(FORMAT));
  putMeta(rows, 'layout', FORMAT);
};

/** Part of the transaction under way: what a store that is made says of itself. */
export const putAllMeta = (rows: MetaRows, committed: number, epoch: number): void => {
  putFormat(rows);
  putMeta(rows, 'epoch', epoch);
  putMeta(rows, 'begin', committed);
  putMeta(rows, 'end', committed);
};

/** Part of the transaction under way: {@link LmdbBackend.note} of the newest group. */
export const putNote = (rows: MetaRows, note: string): void => {
  void rows.put('note', sealRow('note', note));
};

/** Undefined where none was written, or it is not as it was. */
export const readNote = (rows: MetaRows): string | undefined => {
  const stored = rows.get('note');
  return stored === undefined ? undefined : openRow('note', stored);
};

/** @throws {CooperageError} `STORE_CORRUPT` */
export const readEpoch = (rows: MetaRows): number => readSealed(rows, 'epoch');

/**
 * What a store says its format is, by its rows `format` and `layout`; undefined where they contradict one another.
 *
 * A newer version seals its own number, in its own way: what does not fit a seal of ours is its, and not damage.
 */
export const statedFormat = (
  get: (name: 'format' | 'layout') => string | undefined,
): number | undefined => {
  const format = insistNumber('format', get('format'));
  if (format === UNSEALED_FORMAT) return format;
  const stored = get('layout');
  const layout = stored === undefined ? undefined : openRow('layout', stored);
  if (isSealed(format)) return layout === String(format) ? format : undefined;
  return layout !== undefined && isSealed(Number(layout)) ? undefined : format;
};

const readFormat = (directory: string, rows: MetaRows, at: GetOptions): number => {
  const format = statedFormat((name) => rows.get(name, at));
  if (format === undefined) return insistNumber('format', undefined);
  if (format <= FORMAT) return format;
  throw new CooperageError(
    'STORE_NEWER_FORMAT',
    `the store in ${directory} has format ${format}, and this version of @cooperage/store-lmdb knows ` +
      `formats up to ${FORMAT}; update it, or restore a backup from before the format changed`,
  );
};

/**
 * @param at which state of the store; the present one if left out
 * @throws {CooperageError} `STORE_NEWER_FORMAT`, `STORE_CORRUPT`
 */
export const readMetaRows = (directory: string, rows: MetaRows, at: GetOptions = {}): StoreMeta => {
  const format = readFormat(directory, rows, at);
  const read = (name: 'epoch' | 'begin' | 'end'): number =>
    format === UNSEALED_FORMAT
      ? insistNumber(name, rows.get(name, at))
      : readSealed(rows, name, at);
  const committed = read('begin');
  const end = read('end');
  if (committed !== end) {
    throw new CooperageError(
      'STORE_CORRUPT',
      `group ${committed} in ${directory} was written in part (the newest whole one is ${end}); ` +
        'restore the store from a backup',
    );
  }
  return { format, committed, epoch: read('epoch') };
};
