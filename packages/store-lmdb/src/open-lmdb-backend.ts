import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CooperageError, messageOf, type StoreBackend } from '@cooperage/types';
import { blobFolder, removeUnfinishedBlobs } from './blobs.js';
import { markClean, removeMark, wasClosedClean } from './clean-mark.js';
import { commitCause, writeError } from './commit-error.js';
import { checkAllPages, checkMetaPages } from './data-file-check.js';
import { DATA_FILE } from './data-file.js';
import { lockDirectory } from './directory-lock.js';
import { provideFolder } from './durable-files.js';
import { type Environment, openEnvironment } from './environment.js';
import { makeLmdbBackend } from './lmdb-backend.js';
import { readMetaRows } from './meta-rows.js';
import { makeNewStore } from './new-store.js';

export interface LmdbOptions {
  /**
   * When all pages of the data file are looked through before LMDB is let near it: by default where
   * the last owner did not close it, or it was changed since.
   */
  readonly check?: 'unless-clean' | 'always';
  /** A store that is made begins with the group after this one, as the continuation of another. */
  readonly after?: number;
}

/** Everything that can be found out about the file without trusting it. */
const checkDataFile = (directory: string, dataFile: string, check: LmdbOptions['check']): void => {
  checkMetaPages(dataFile);
  if (check !== 'always' && wasClosedClean(directory, dataFile)) return;
  checkAllPages(dataFile);
};

const openChecked = async (dataFile: string): Promise<Environment> => {
  let environment: Environment | undefined;
  try {
    environment = await openEnvironment(dataFile, 'open');
  } catch (cause) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} cannot be opened: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (environment === undefined) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is a database, but not of this program`);
  }
  return environment;
};

const openLocked = async (
  directory: string,
  release: () => void,
  { check = 'unless-clean', after = 0 }: LmdbOptions,
): Promise<StoreBackend> => {
  const dataFile = join(directory, DATA_FILE);
  if (existsSync(dataFile)) {
    checkDataFile(directory, dataFile, check);
  } else if (existsSync(blobFolder(directory))) {
    // To begin anew here would hide that everything is gone.
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is missing; restore it from a backup`);
  } else {
    await makeNewStore(dataFile, after);
  }

  const environment = await openChecked(dataFile);
  const { root, meta } = environment;
  try {
    const { committed, epoch } = readMetaRows(directory, meta);
    await removeMark(directory);
    await removeUnfinishedBlobs(directory);
    await root.batch(() => {
      void meta.put('epoch', String(epoch + 1));
    });
    root.resetReadTxn();
    return makeLmdbBackend(directory, environment, epoch + 1, committed, async () => {
      await root.close();
      // Without the mark the next open takes longer, and that is all.
      await markClean(directory, dataFile).catch(() => {});
      release();
    });
  } catch (error) {
    await root.close();
    throw error;
  }
};

/**
 * Opens the store in `directory`, or makes one there. The caller owns it until
 * it closes it or its process ends, however that happens.
 *
 * @param directory may be missing; holds nothing but the store
 * @throws {CooperageError} `STORE_LOCKED` while another opener owns it; `STORE_CORRUPT` where the file
 *   is damaged, foreign or gone; `STORE_NEWER_FORMAT`; `STORE_FULL`; `STORE_FAILED`
 */
export const openLmdbBackend = async (
  directory: string,
  options: LmdbOptions = {},
): Promise<StoreBackend> => {
  try {
    await provideFolder(directory);
    const lock = lockDirectory(directory);
    try {
      return await openLocked(directory, () => lock.release(), options);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    if (error instanceof CooperageError) throw error;
    throw writeError(directory, `opening the store in ${directory}`, 0, await commitCause(error));
  }
};
