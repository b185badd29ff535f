/**
 * The form of an export: lines of JSON, in UTF-8, each ended by a line feed.
 *
 * 1. a {@link Header}
 * 2. `["b", hash, base64]`, a blob, for each
 * 3. `["r", key, value]`, a row, or `["d", key]`, one that is there no more; ascending by key
 * 4. a {@link Footer}
 *
 * A full export holds everything; an increment what its base has otherwise.
 */
import { CooperageError } from '@cooperage/types';

export const FORMAT = 'cooperage-export';

/**
 * The newest version that this program reads and writes.
 *
 * * 1: the kernel's rows have the keys of schema 1. What is exported from such a store still has it.
 * * 2: the rows have other keys (`k.schema`), which a program that knows version 1 would not find.
 */
export const VERSION = 2;

export interface Header {
  readonly format: typeof FORMAT;
  readonly version: 1 | typeof VERSION;
  /** Number of the newest group of records that is in it. */
  readonly commit: number;
  /** Number of the newest crank of its history; absent where none is kept. */
  readonly crank?: number;
  /** What an increment builds on: another export, by its commit and the hash of all its rows. */
  readonly base?: { readonly commit: number; readonly state: string };
}

export interface Footer {
  readonly blobs: number;
  readonly rows: number;
  readonly deleted: number;
  /** SHA-256 over all rows of the kernel, with those of the base (`hashTables`). */
  readonly state: string;
  /** SHA-256 over all lines before this one. */
  readonly sha256: string;
}

export type Line =
  | readonly [tag: 'b', hash: string, base64: string]
  | readonly [tag: 'r', key: string, value: string]
  | readonly [tag: 'd', key: string];

export const badExport = (file: string, problem: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_EXPORT', `${file} ${problem}`, { cause });

/** By number, so that the order of the names is that of the exports. */
export const nameOf = ({ commit, base }: Header): string => {
  const pad = (n: number): string => String(n).padStart(10, '0');
  return `${pad(commit)}${base === undefined ? '-full' : `-since-${base.commit}`}.cooperage`;
};
