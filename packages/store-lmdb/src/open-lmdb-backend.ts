import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Argument,
  choice,
  CooperageError,
  DIRECTORY,
  flag,
  insistArguments,
  wholeNumber,
} from '@cooperage/types';
import { removeUnfinishedBlobs } from './blobs.js';
import { blobFolder } from './files/blob-folder.js';
import { markClean, removeMark, wasClosedClean } from './files/clean-mark.js';
import { type CommitGate, gateOf, insideGate, openCommitGate } from './files/commit-gate.js';
import { openError, writeError } from './files/store-error.js';
import { checkAllPages, checkMetaPages, insistSoundRows } from './check/check-data-file.js';
import { convertStore } from './convert-store.js';
import { DATA_FILE } from './files/data-file.js';
import { clearDeadReaders } from './files/dead-readers.js';
import { lockDirectory } from './files/directory-lock.js';
import { provideFolder } from './files/durable-files.js';
import { type Presence, watchPresence } from './files/presence.js';
import { type Environment, openEnvironment } from './environment.js';
import { makeLmdbBackend } from './lmdb-backend.js';
import type { LmdbBackend } from './lmdb-store.js';
import { FORMAT, isSealed, putFormat, putMeta, readMetaRows, type StoreMeta } from './meta-rows.js';
import { makeNewStore } from './new-store.js';
import { transact } from './transaction.js';

export interface LmdbOptions {
  /**
   * When all pages of the data file are looked through before LMDB is let near it: by default where the last owner did
   * not close it, or its bytes are others than at the close.
   */
  readonly check?: 'unless-clean' | 'always';
  /** A store that is made begins with the group after this one, as the continuation of another. */
  readonly after?: number;
  /**
   * False: a commit does not wait for the disk, so that the file may be damaged after a power cut. For copies
   * of what is durable elsewhere, whose owner knows whether the machine has been up since, and makes them anew where not:
   * their pages are looked through for `check: 'always'` only.
   */
  readonly durable?: boolean;
}

/** Everything that can be found out about the file without trusting it. */
const checkDataFile = async (
  directory: string,
  dataFile: string,
  { check, durable = true }: LmdbOptions,
): Promise<void> => {
  await checkMetaPages(dataFile);
  if (!durable && check !== 'always') return;
  if (check !== 'always' && (await wasClosedClean(directory, dataFile))) return;
  insistSoundRows(dataFile, await checkAllPages(dataFile));
};

const openChecked = async (
  directory: string,
  dataFile: string,
  durable: boolean,
): Promise<Environment> => {
  let environment: Environment | undefined;
  try {
    environment = await openEnvironment(dataFile, 'open', durable);
  } catch (cause) {
    throw openError(directory, dataFile, cause);
  }
  if (environment === undefined) {
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is a database of another program`);
  }
  return environment;
};

/** The store and what it says of itself, in the present format: one of a former format is converted. */
const openPresent = async (
  directory: string,
  dataFile: string,
  durable: boolean,
): Promise<{ readonly environment: Environment; readonly found: StoreMeta }> => {
  const environment = await openChecked(directory, dataFile, durable);
  let found: StoreMeta;
  try {
    found = readMetaRows(directory, environment.meta);
  } catch (error) {
    await environment.root.close();
    throw error;
  }
  if (found.format === FORMAT) return { environment, found };
  if (isSealed(found.format)) {
    await transact(environment.root, () => putFormat(environment.meta));
    return { environment, found: { ...found, format: FORMAT } };
  }
  await environment.root.close();
  insistSoundRows(dataFile, await checkAllPages(dataFile));
  await convertStore(dataFile, found);
  return openPresent(directory, dataFile, durable);
};

const isThere = (presence: Presence): boolean => {
  try {
    presence.insist();
    return true;
  } catch {
    return false;
  }
};

const openLocked = async (
  directory: string,
  gate: CommitGate,
  release: () => void,
  options: LmdbOptions,
): Promise<LmdbBackend> => {
  const { after = 0, durable = true } = options;
  const dataFile = join(directory, DATA_FILE);
  if (existsSync(dataFile)) {
    await checkDataFile(directory, dataFile, options);
  } else if (existsSync(blobFolder(directory))) {
    // To begin anew here would hide that everything is gone.
    throw new CooperageError('STORE_CORRUPT', `${dataFile} is missing; restore it from a backup`);
  } else {
    await makeNewStore(dataFile, { committed: after, epoch: 0 });
  }

  const { environment, found } = await insideGate(gate, () =>
    openPresent(directory, dataFile, durable),
  );
  const { root, meta } = environment;
  const { committed, epoch } = found;
  try {
    await removeMark(directory);
    await removeUnfinishedBlobs(directory);
    await insideGate(gate, async () => {
      await transact(root, () => {
        putMeta(meta, 'epoch', epoch + 1);
      });
    });
    root.resetReadTxn();
    const presence = watchPresence(directory, dataFile);
    const leaveReaders = clearDeadReaders(root);
    const shut = async (): Promise<void> => {
      presence.stop();
      leaveReaders();
      await root.close();
      // Without the mark the next open takes longer, and that is all. Where another store has the place, it is not ours.
      if (durable && isThere(presence)) await markClean(directory, dataFile).catch(() => {});
      release();
    };
    const owned = { epoch: epoch + 1, committed, durable };
    return makeLmdbBackend({ directory, environment, gate, presence, ...owned, shut });
  } catch (error) {
    await root.close();
    throw error;
  }
};

/** A store that could not be made leaves no directory behind. */
const removeUnmade = async (directory: string, unlock: () => void): Promise<void> => {
  await rm(gateOf(directory), { force: true }).catch(() => undefined);
  unlock();
  // Something else may have come into it.
  await rmdir(directory).catch(() => undefined);
};

const ARGUMENTS: readonly Argument[] = [
  DIRECTORY,
  {
    table: {
      check: { value: choice('unless-clean', 'always') },
      after: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a commit') },
      durable: { value: flag },
    },
  },
];

/**
 * Opens the store in `directory`, or makes one there. The caller owns it until
 * it closes it or its process ends, however that happens.
 *
 * @param directory may be missing; holds nothing but the store
 * @throws {CooperageError} `STORE_LOCKED` while another opener owns it; `STORE_CORRUPT` where the file
 *   is damaged, foreign or gone; `STORE_NEWER_FORMAT`; `STORE_FULL`; `STORE_DENIED`; `STORE_FAILED`
 */
export const openLmdbBackend = async (
  directory: string,
  options: LmdbOptions = {},
): Promise<LmdbBackend> => {
  insistArguments('openLmdbBackend', ARGUMENTS, [directory, options]);
  const wasMissing = !existsSync(directory);
  try {
    await provideFolder(directory);
    const lock = lockDirectory(directory);
    let gate: CommitGate | undefined;
    const release = (): void => {
      gate?.close();
      lock.release();
    };
    try {
      gate = openCommitGate(directory);
      return await openLocked(directory, gate, release, options);
    } catch (error) {
      if (wasMissing && !existsSync(join(directory, DATA_FILE))) {
        gate?.close();
        await removeUnmade(directory, () => lock.remove());
      } else {
        release();
      }
      throw error;
    }
  } catch (error) {
    if (error instanceof CooperageError) throw error;
    throw writeError(directory, `opening the store in ${directory}`, 0, error);
  }
};
