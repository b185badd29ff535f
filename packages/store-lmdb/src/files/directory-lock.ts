import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { CooperageError } from '@cooperage/types';
import extensions from 'fs-native-extensions';
import { writeError } from './store-error.js';

export const ownerLockOf = (directory: string): string => join(directory, 'owner.lock');

/** Behind the text, which stays readable where locks are mandatory. */
export const LOCKED_BYTE = 1_000_000;
/** Milliseconds. */
const MOMENT = 5;

export interface DirectoryLock {
  release(): void;
  /** Releases it and takes the file away, where the store itself is gone. */
  remove(): void;
}

/** The name still leads to the open file. */
const isStill = (path: string, fd: number): boolean => {
  const there = statSync(path, { throwIfNoEntry: false });
  const held = fstatSync(fd);
  return there?.ino === held.ino && there.dev === held.dev;
};

/** Who only asks whether there is an owner holds the lock for a moment. */
const tryLockTwice = (fd: number): boolean => {
  if (extensions.tryLock(fd, LOCKED_BYTE, 1)) return true;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT);
  return extensions.tryLock(fd, LOCKED_BYTE, 1);
};

const holderOf = (path: string): string => {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid === process.pid) return `this process (${pid}) has it open already`;
    if (pid > 0) return `process ${pid} has it open`;
  } catch {
    // It may be gone by now, or not ours to read.
  }
  return 'another process has it open';
};

/**
 * Exclusive use of a directory: a lock of the operating system on a file in
 * it, which ends with the process however that ends, and with nothing else. It
 * belongs to the open file, so a second open in one process is refused too. The
 * file's text is for people: the pid of the holder.
 *
 * LMDB itself would let two processes write, each unaware of the other.
 *
 * @throws {CooperageError} `STORE_LOCKED` naming the holder, `STORE_DENIED`, `STORE_FULL`, `STORE_FAILED`
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  const path = ownerLockOf(directory);
  let fd: number | undefined;
  let locked: boolean;
  try {
    fd = openSync(path, 'a+');
    locked = tryLockTwice(fd);
    if (locked && !isStill(path, fd)) {
      // Removed by its last owner between the two: a lock on it would have no effect.
      closeSync(fd);
      return lockDirectory(directory);
    }
  } catch (cause) {
    if (fd !== undefined) closeSync(fd);
    throw writeError(directory, `locking ${path}`, 0, cause);
  }
  if (!locked) {
    closeSync(fd);
    throw new CooperageError(
      'STORE_LOCKED',
      `the store in ${directory} is in use: ${holderOf(path)}; a store has one owner at a time`,
    );
  }
  const held = fd;
  try {
    ftruncateSync(held);
    writeSync(held, String(process.pid));
  } catch {
    // A full disk: the lock holds all the same.
  }
  return {
    release: () => closeSync(held),
    remove: () => {
      rmSync(path, { force: true });
      closeSync(held);
    },
  };
};
