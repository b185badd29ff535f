/** What a bundle was made from, and whether it is still the same. */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';

/** A file as it was when it was read. */
export type InputFile = readonly [path: string, size: number, mtimeMs: number, sha256: string];

export interface Inputs {
  /** When the first of them was read. */
  readonly since: number;
  /** Modules, and the package.json files that led to them. */
  readonly files: readonly InputFile[];
  /** Paths that were looked for and not there: a file in one of them would have been taken instead. */
  readonly absent: readonly string[];
  /** Links that were followed, and where they led. */
  readonly links: readonly (readonly [link: string, target: string])[];
}

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** Clocks of file systems are coarse: what was changed so shortly before a look at it may look unchanged. */
const CLOCK_STEP = 2_000;

const isSame = ([path, size, mtimeMs, hash]: InputFile, since: number): boolean => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.size !== size) return false;
  if (stats.mtimeMs === mtimeMs && mtimeMs < since - CLOCK_STEP) return true;
  return hashOf(readFileSync(path)) === hash;
};

const isAbsent = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    // A file is where a folder would have to be.
    return true;
  }
};

const leadsTo = (link: string, target: string): boolean => {
  try {
    return realpathSync(link) === target;
  } catch {
    return false;
  }
};

/**
 * Sizes and times first, which costs a look at each file; the hash where they do not settle it, so that a
 * fresh checkout of the same sources is the same.
 */
export const areUnchanged = ({ since, files, absent, links }: Inputs): boolean => {
  try {
    return (
      files.every((file) => isSame(file, since)) &&
      absent.every(isAbsent) &&
      links.every(([link, target]) => leadsTo(link, target))
    );
  } catch {
    return false;
  }
};
