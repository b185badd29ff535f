import { type BigIntStats, statSync } from 'node:fs';
import { codeOf, CooperageError } from '@cooperage/types';
import { blobFolder } from './blob-folder.js';
import { gateOf } from './commit-gate.js';
import { lockFileOf } from './lock-file.js';
import { ownerLockOf } from './directory-lock.js';

/** Milliseconds between two looks, while nothing is written. */
const INTERVAL = 400;

/** That the files of an open store are still where they were: what is written to them is lost otherwise. */
export interface Presence {
  /**
   * Looks at the files without which a commit means nothing.
   *
   * @throws {CooperageError} `STORE_LOST`
   */
  insist(): void;
  /** The store was found to be lost, now or earlier. */
  readonly loss: CooperageError | undefined;
  /** Calls back once, soon after the store was lost. */
  onLost(listener: (loss: CooperageError) => void): void;
  stop(): void;
}

interface Watched {
  readonly path: string;
  readonly found: BigIntStats;
}

const look = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    // Only what says that the name leads nowhere: a disk that is slow to answer has lost nothing.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
};

const changeOf = ({ path, found }: Watched): string | undefined => {
  let now: BigIntStats | undefined;
  try {
    now = look(path);
  } catch {
    return undefined;
  }
  if (now === undefined) return `${path} was removed`;
  if (now.ino !== found.ino || now.dev !== found.dev)
    return `${path} was replaced by another directory`;
  return undefined;
};

const watch = (path: string): Watched => ({ path, found: statSync(path, { bigint: true }) });

/**
 * Watches the files of a store that this process owns. The timer keeps no process alive.
 *
 * @param dataFile which is open, as are its locks
 */
export const watchPresence = (directory: string, dataFile: string): Presence => {
  const essential = [watch(dataFile), watch(ownerLockOf(directory))];
  const others = [lockFileOf(dataFile), gateOf(directory), blobFolder(directory)].map(watch);
  const listeners: ((loss: CooperageError) => void)[] = [];
  let loss: CooperageError | undefined;

  const lookAt = (files: readonly Watched[]): void => {
    if (loss !== undefined) return;
    for (const file of files) {
      const change = changeOf(file);
      if (change === undefined) continue;
      clearInterval(timer);
      loss = new CooperageError(
        'STORE_LOST',
        `the store in ${directory} is lost: ${change} while the store was open; ` +
          'put the directory back, or restore it from a backup, and open the store again',
      );
      for (const listener of listeners) listener(loss);
      return;
    }
  };

  const timer = setInterval(() => lookAt([...essential, ...others]), INTERVAL);
  timer.unref();

  return {
    insist: () => {
      lookAt(essential);
      if (loss !== undefined) throw loss;
    },
    get loss() {
      return loss;
    },
    onLost: (listener) => {
      if (loss === undefined) listeners.push(listener);
      else listener(loss);
    },
    stop: () => clearInterval(timer),
  };
};
