import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { codeOf } from '@cooperage/types';

/** What the operating system says where there is no more room: on the disk, for the user, or for one file. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export const saysFull = (thrown: unknown): boolean => FULL.has(codeOf(thrown));

/**
 * Whether a file could grow by so many bytes: tried with another file beside it, which is deleted. Free space alone
 * does not tell, because users have quotas and processes have limits.
 *
 * @param path whose size is `from`
 * @throws what the file system says, other than that there is no room
 */
export const hasRoom = (path: string, from: number, bytes: number): boolean => {
  const scratch = `${path}.room`;
  try {
    const fd = openSync(scratch, 'w');
    try {
      const content = new Uint8Array(bytes);
      // A write may end early where the room does; the next one says why.
      for (let done = 0; done < bytes;) {
        done += writeSync(fd, content, done, bytes - done, from + done);
      }
      return true;
    } finally {
      closeSync(fd);
    }
  } catch (thrown) {
    if (saysFull(thrown)) return false;
    throw thrown;
  } finally {
    rmSync(scratch, { force: true });
  }
};
