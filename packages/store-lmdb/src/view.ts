import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type Argument,
  choice,
  codeOf,
  CooperageError,
  DIRECTORY,
  insistArguments,
  isCooperageError,
  type StoreView,
} from '@cooperage/types';
import { makeLmdbBlobs } from './blobs.js';
import { checkAllPages, checkMetaPages, insistSoundRows } from './check/check-data-file.js';
import { type Environment, openEnvironment } from './environment.js';
import { blobFolder } from './files/blob-folder.js';
import { wasClosedClean } from './files/clean-mark.js';
import { DATA_FILE } from './files/data-file.js';
import { isOwned, type ReadableFile, readableFile } from './files/read-access.js';
import { openError, readError } from './files/store-error.js';
import { makeView } from './make-view.js';

export interface LmdbViewOptions {
  /**
   * When all pages and rows are looked through first: by default where no process has the store open and the last one
   * did not close it. While a process has it open, that process has looked.
   */
  readonly check?: 'unless-clean' | 'always';
}

const ARGUMENTS: readonly Argument[] = [
  DIRECTORY,
  { table: { check: { value: choice('unless-clean', 'always') } } },
];

const refuse = (): never => {
  throw new CooperageError('STORE_FAILED', 'a view is read-only');
};

/** @throws {CooperageError} `BAD_ARGUMENT`, `STORE_DENIED`, `STORE_CORRUPT` where there is no data file to be read */
const insistStore = (directory: string, dataFile: string): void => {
  try {
    if (statSync(dataFile).isFile()) {
      // Whether it may be read is said of it, before any other file is looked at.
      closeSync(openSync(dataFile, 'r'));
      return;
    }
    throw new CooperageError(
      'STORE_CORRUPT',
      `${dataFile} is not a file; restore it from a backup`,
    );
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  if (existsSync(blobFolder(directory))) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is missing; restore it from a backup`);
  }
  throw new CooperageError('BAD_ARGUMENT', `there is no kernel in ${directory}`);
};

const checkFile = async (
  directory: string,
  path: string,
  check: LmdbViewOptions['check'],
): Promise<void> => {
  await checkMetaPages(path);
  const isTrusted =
    isOwned(directory) || (await wasClosedClean(directory, join(directory, DATA_FILE)));
  if (check === 'always' || !isTrusted) insistSoundRows(path, await checkAllPages(path));
};

const openFile = async (directory: string, path: string): Promise<Environment> => {
  let environment: Environment | undefined;
  try {
    environment = await openEnvironment(path, 'read-only');
  } catch (cause) {
    throw openError(directory, path, cause);
  }
  if (environment !== undefined) return environment;
  throw new CooperageError('STORE_CORRUPT', `${path} is a database of another program`);
};

const viewOf = async (
  directory: string,
  file: ReadableFile,
  check: LmdbViewOptions['check'],
): Promise<StoreView> => {
  const environment = await file.inside(async () => {
    await checkFile(directory, file.path, check);
    return openFile(directory, file.path);
  });
  const { root, blobs } = environment;
  const shut = async (): Promise<void> => {
    await root.close();
    await file.remove();
  };
  try {
    const writer = { insistSound: refuse, write: refuse, writeElsewhere: refuse };
    const ownBlobs = makeLmdbBlobs(directory, blobs, writer, () => undefined);
    return makeView(environment, directory, ownBlobs, shut);
  } catch (error) {
    await root.close();
    throw error;
  }
};

/**
 * What is durable in `directory` now, whether or not a kernel runs there: a view does not need the directory to
 * itself. Where this user may read the directory and not write to it, or its file system is read-only or full, the view
 * is of a copy of the data file, which is made in the folder for temporary files. A process that is killed while it holds
 * a view keeps the pages of that time from being used again, for seconds where a kernel runs, else until the store is
 * opened.
 *
 * @throws {CooperageError} `STORE_CORRUPT`, `STORE_NEWER_FORMAT`; `STORE_DENIED` where it may not be read;
 *   `STORE_FULL` where there is no room for a copy; `BAD_ARGUMENT` where there is no store
 */
export const openLmdbView = async (
  directory: string,
  options: LmdbViewOptions = {},
): Promise<StoreView> => {
  insistArguments('openLmdbView', ARGUMENTS, [directory, options]);
  const { check } = options;
  const place = resolve(directory);
  try {
    insistStore(place, join(place, DATA_FILE));
    const file = await readableFile(place);
    try {
      return await viewOf(place, file, check);
    } catch (error) {
      await file.remove();
      throw error;
    }
  } catch (error) {
    if (isCooperageError(error)) throw error;
    throw readError(place, `reading the kernel in ${place}`, error);
  }
};
