import { statfsSync } from 'node:fs';
import { CooperageError, messageOf } from '@cooperage/types';

/** Numbers and names under which "no more room" arrives, from LMDB and from the file system. */
const FULL: ReadonlySet<unknown> = new Set([
  27, // EFBIG
  28, // ENOSPC
  122, // EDQUOT
  -30792, // MDB_MAP_FULL
  'EFBIG',
  'ENOSPC',
  'EDQUOT',
]);
const EIO: ReadonlySet<unknown> = new Set([5, 'EIO']);

/** Where less than this is free, a failed write is taken for a full disk. */
const LITTLE_ROOM = 1_000_000;

const isFull = (directory: string, size: number): boolean => {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < LITTLE_ROOM + 2 * size;
  } catch {
    return false;
  }
};

/**
 * What a failed write means. LMDB reports a full disk as an input/output
 * error, because it wrote less than it wanted to; the free space tells.
 *
 * @param size bytes that were to be written, about
 */
export const writeError = (
  directory: string,
  what: string,
  size: number,
  cause: unknown,
): CooperageError => {
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (FULL.has(code) || (EIO.has(code) && isFull(directory, size))) {
    return new CooperageError(
      'STORE_FULL',
      `${what} failed because the disk of ${directory} is full; make room and open the store again`,
      { cause },
    );
  }
  return new CooperageError('STORE_FAILED', `${what} failed: ${messageOf(cause)}`, { cause });
};

/** LMDB's rejection says "see commitError"; that is a promise of the error itself. */
export const commitCause = async (rejection: unknown): Promise<unknown> => {
  const detail = (rejection as { commitError?: Promise<unknown> } | undefined)?.commitError;
  if (detail === undefined) return rejection;
  try {
    await detail;
    return rejection;
  } catch (cause) {
    return cause;
  }
};
