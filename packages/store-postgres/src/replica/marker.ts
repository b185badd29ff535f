import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

/** What lies beside a replica and says whether its file can be believed. */
const CLEAN = 'clean';
const UNKNOWN = 'unknown';

/** Differs after each start of the machine; undefined where the system does not say. */
const bootID = (): string | undefined => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
};

const markerOf = (directory: string): string => `${directory}.replica`;

const write = (directory: string, text: string): void => {
  const fd = openSync(markerOf(directory), 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** Whether the file is whole: the machine has been up since it was written, or it was closed and is on the disk. */
export const isTrusted = (directory: string): boolean => {
  try {
    const said = readFileSync(markerOf(directory), 'utf8');
    return said === CLEAN || said === bootID();
  } catch {
    return false;
  }
};

export const markInUse = (directory: string): void => write(directory, bootID() ?? UNKNOWN);
export const markClean = (directory: string): void => write(directory, CLEAN);
export const removeMarker = (directory: string): void =>
  rmSync(markerOf(directory), { force: true });

/** What was written to a file is on the disk. */
export const syncFile = (path: string): void => {
  const fd = openSync(path, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
