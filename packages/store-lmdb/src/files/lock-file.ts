import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';

/** Bytes that the database library makes of it: a header, and a slot for each reader. */
const SIZE = 8_192;

export const lockFileOf = (dataFile: string): string => `${dataFile}-lock`;

/**
 * Makes the lock file of a data file, with room on the disk for all of it. The database library makes one without:
 * it maps the file into memory, and where the disk has no room for it the process ends with a signal.
 *
 * Nothing that is in it already is changed.
 */
export const provideLockFile = (dataFile: string): void => {
  const fd = openSync(lockFileOf(dataFile), 'a');
  try {
    const missing = SIZE - fstatSync(fd).size;
    if (missing <= 0) return;
    for (let left = missing; left > 0;) left -= writeSync(fd, new Uint8Array(left));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
