import { existsSync, readdirSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DIRECTORY, insistArguments } from '@cooperage/types';
import { blobFolder } from './files/blob-folder.js';
import { gateOf } from './files/commit-gate.js';
import { markOf } from './files/clean-mark.js';
import { lockDirectory } from './files/directory-lock.js';
import { lockFileOf } from './files/lock-file.js';
import { DATA_FILE } from './files/data-file.js';

/**
 * Deletes the store in `directory`, for good, and the directory where nothing else is in it. Whatever else is there
 * stays. Does nothing where there is no store.
 *
 * @throws {CooperageError} `STORE_LOCKED` while a process owns it, `STORE_FAILED`
 */
export const removeStore = async (directory: string): Promise<void> => {
  insistArguments('removeStore', [DIRECTORY], [directory]);
  if (!existsSync(directory)) return;
  const dataFile = join(directory, DATA_FILE);
  if (!existsSync(dataFile) && !existsSync(blobFolder(directory))) return;
  const lock = lockDirectory(directory);
  try {
    await rm(blobFolder(directory), { recursive: true, force: true });
    await rm(markOf(directory), { force: true });
    await rm(lockFileOf(dataFile), { force: true });
    await rm(dataFile, { force: true });
    await rm(gateOf(directory), { force: true });
  } finally {
    lock.remove();
  }
  if (readdirSync(directory).length === 0) await rmdir(directory);
};
