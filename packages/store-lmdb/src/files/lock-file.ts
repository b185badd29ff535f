import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';

/** Bytes that the database library makes of it: a header, and a slot for each reader. */
const SIZE = 8_192;

export const lockFileOf = (dataFile: string): string => `${dataFile}-lock`;

/**
 * Makes the lock file of a data file, with room on the disk for all of it. The database library makes one without:
 * it maps the file into memory, and where the disk has no room for it the process ends with a signal.
 *
 * Nothing that is in it already is changed. A file that is whole is not even opened: closing it again would release the
 * locks of this process on it (`fcntl(2)`, "Advisory record locking"). Other processes would take its readers for dead,
 * and reuse their slots and the pages that they read.
 *
 * @throws {Error} of the file system, where the file cannot be made, or may not be read and written
 */
export const provideLockFile = (dataFile: string): void => {
  const path = lockFileOf(dataFile);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= SIZE) {
    accessSync(path, constants.R_OK | constants.W_OK);
    return;
  }
  const fd = openSync(path, 'a');
  try {
    const missing = SIZE - fstatSync(fd).size;
    if (missing <= 0) return;
    for (let left = missing; left > 0;) left -= writeSync(fd, new Uint8Array(left));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
