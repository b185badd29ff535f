import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, CooperageError, messageOf, systemCodeOf } from '@cooperage/types';
import { DATA_FILE } from './data-file.js';
import { hasRoom, saysFull } from './room.js';

/** Numbers under which "no more room" arrives from LMDB. */
const FULL: ReadonlySet<unknown> = new Set([
  27, // EFBIG
  28, // ENOSPC
  122, // EDQUOT
  -30792, // MDB_MAP_FULL
]);
const EIO: ReadonlySet<unknown> = new Set([5, 'EIO']);

/** Bytes more than what was to be written: LMDB writes pages, and those above them. */
const PAGES = 1_000_000;

const isFull = (directory: string, size: number): boolean => {
  try {
    const dataFile = join(directory, DATA_FILE);
    const from = statSync(dataFile, { throwIfNoEntry: false })?.size ?? 0;
    return !hasRoom(dataFile, from, PAGES + 2 * size);
  } catch {
    return false;
  }
};

export const storeFull = (directory: string, what: string, cause?: unknown): CooperageError =>
  new CooperageError(
    'STORE_FULL',
    `${what} failed because the disk of ${directory} is full, or a quota or limit is reached; ` +
      'make room and open the store again',
    { cause },
  );

/**
 * What a failed write means. LMDB reports a full disk as an input/output error, because it wrote less than it wanted
 * to; whether there is room tells.
 *
 * @param size bytes that were to be written, about
 */
export const writeError = (
  directory: string,
  what: string,
  size: number,
  cause: unknown,
): CooperageError => {
  const code = systemCodeOf(cause);
  if (FULL.has(code) || saysFull(cause) || (EIO.has(code) && isFull(directory, size))) {
    return storeFull(directory, what, cause);
  }
  return accessError(directory, what, cause) ?? failed(what, cause);
};

/** No more files, memory or processes for this process or user: the file is what it was. */
const SCARCE: ReadonlySet<unknown> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EAGAIN',
  11,
  12,
  23,
  24,
]);

/** What it means that a data file cannot be opened: that it is damaged, unless the system says something else. */
export const openError = (directory: string, dataFile: string, cause: unknown): CooperageError => {
  const what = `opening ${dataFile}`;
  const code = systemCodeOf(cause);
  if (FULL.has(code) || saysFull(cause)) return storeFull(directory, what, cause);
  if (SCARCE.has(code)) return failed(what, cause);
  return (
    accessError(directory, what, cause) ??
    new CooperageError('STORE_CORRUPT', `${dataFile} cannot be opened: ${messageOf(cause)}`, {
      cause,
    })
  );
};

const failed = (what: string, cause: unknown): CooperageError =>
  new CooperageError('STORE_FAILED', `${what} failed: ${messageOf(cause)}`, { cause });

const DENIED: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EPERM: 'this user has no permission',
  EROFS: 'the file system is read-only',
};
const WRONG_PATH: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the path is a file where there should be a directory',
  EISDIR: 'there is a directory where there should be a file',
  ELOOP: 'its symbolic links form a loop',
  ENAMETOOLONG: 'the name is too long',
};

/** What a failed read means: of a view, which may need a copy of what it reads. */
export const readError = (directory: string, what: string, cause: unknown): CooperageError =>
  saysFull(cause)
    ? storeFull(tmpdir(), what, cause)
    : (accessError(directory, what, cause) ?? failed(what, cause));

const pathOf = (thrown: unknown, otherwise: string): string => {
  const { path } = thrown as { path?: unknown };
  return typeof path === 'string' ? path : otherwise;
};

/** What it means that a path cannot be used; undefined where the cause is another one. */
export const accessError = (
  directory: string,
  what: string,
  cause: unknown,
): CooperageError | undefined => {
  const code = codeOf(cause);
  if (code === undefined) return undefined;
  const denied = DENIED[code];
  if (denied !== undefined) {
    const remedy =
      code === 'EROFS'
        ? 'name a directory on a file system that can be written'
        : 'change the permissions, or run this as the user who owns the directory';
    return new CooperageError(
      'STORE_DENIED',
      `${what} failed at ${pathOf(cause, directory)}: ${denied} (${code}); ${remedy}`,
      { cause },
    );
  }
  const wrong = WRONG_PATH[code];
  if (wrong === undefined) return undefined;
  return new CooperageError(
    'BAD_ARGUMENT',
    `${what} failed at ${pathOf(cause, directory)}: ${wrong} (${code}); name the directory of a kernel`,
    { cause },
  );
};
