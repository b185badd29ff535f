import { closeSync, constants, existsSync, openSync, rmSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@cooperage/types';
import extensions from 'fs-native-extensions';
import { gateOf, insideGate, openCommitGate } from './commit-gate.js';
import { DATA_FILE } from './data-file.js';
import { LOCKED_BYTE, ownerLockOf } from './directory-lock.js';
import { provideLockFile } from './lock-file.js';
import { saysFull } from './room.js';

const SHARED = { shared: true };
const REMOVAL = { recursive: true, force: true };

/** Whether a process owns the store, which may be this one. */
export const isOwned = (directory: string): boolean => {
  let fd: number;
  try {
    fd = openSync(ownerLockOf(directory), 'r');
  } catch {
    return false;
  }
  try {
    return !extensions.tryLock(fd, LOCKED_BYTE, 1, SHARED);
  } finally {
    closeSync(fd);
  }
};

/** Whether the locks can be used, without which the database library opens nothing. */
export const mayLock = (directory: string): boolean => {
  try {
    closeSync(openSync(gateOf(directory), 'a'));
    provideLockFile(join(directory, DATA_FILE));
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '') || saysFull(error)) return false;
    throw error;
  }
};

/** Runs `work` while nothing is committed: {@link insideGate} for those who may not write to the directory. */
const insideReadGate = async <T>(directory: string, work: () => Promise<T>): Promise<T> => {
  // The owner of a store has made it.
  if (!existsSync(gateOf(directory))) return work();
  const fd = openSync(gateOf(directory), 'r');
  try {
    await extensions.waitForLock(fd, 0, 1, SHARED);
    return await work();
  } finally {
    closeSync(fd);
  }
};

/** Where a data file can be opened for reading, and what is to be done afterwards. */
export interface ReadableFile {
  readonly path: string;
  /** Runs `work` while nothing is committed to the store. */
  inside<T>(work: () => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** The data file in its place. */
const inPlace = (directory: string): ReadableFile => ({
  path: join(directory, DATA_FILE),
  inside: async (work) => {
    const gate = openCommitGate(directory);
    try {
      return await insideGate(gate, work);
    } finally {
      gate.close();
    }
  },
  remove: async () => undefined,
});

/** A copy of it, where the directory cannot be written, so that readers cannot be made known to the owner. */
const copied = async (directory: string): Promise<ReadableFile> => {
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-view-'));
  const path = join(folder, DATA_FILE);
  // Where the process ends while the view is held, as a command does whose output is not wanted any more.
  const removeAtExit = (): void => rmSync(folder, REMOVAL);
  process.once('exit', removeAtExit);
  return {
    path,
    inside: (work) =>
      insideReadGate(directory, async () => {
        await copyFile(join(directory, DATA_FILE), path, constants.COPYFILE_FICLONE);
        return work();
      }),
    remove: async () => {
      await rm(folder, REMOVAL);
      process.off('exit', removeAtExit);
    },
  };
};

export const readableFile = async (directory: string): Promise<ReadableFile> =>
  mayLock(directory) ? inPlace(directory) : copied(directory);
