import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend, openLmdbView, removeStore } from '@cooperage/store-lmdb';
import {
  callback,
  CooperageError,
  insistOptions,
  type OptionTable,
  object,
  type StoreBackend,
  text,
  type VatWorkerHost,
  wholeNumber,
} from '@cooperage/types';
import { backendOn } from '../inspect/store-on-view.js';
import { type Replayed, replayHistory } from './replay-history.js';

export interface ReplayKernelOptions {
  /** The kernel whose records are read; nothing in it is changed. */
  readonly directory: string;
  /**
   * Where it is run again: missing or empty, or a kernel that is an earlier state of the other one. A directory
   * that is deleted afterwards, if it is left out.
   */
  readonly into?: string;
  /** The last crank; the newest one if left out. */
  readonly to?: number;
  /** Where the vats run. The caller stops it. */
  readonly workers: VatWorkerHost;
  readonly onProgress?: (crank: number, last: number) => void;
}

export const REPLAY_OPTIONS = {
  directory: { value: text('the path of a directory'), required: true },
  into: { value: text('the path of a directory') },
  to: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a crank') },
  workers: { value: object('a VatWorkerHost'), required: true },
  onProgress: { value: callback },
} as const satisfies OptionTable;

/** The code of vats is not among the rows. */
const copyBlobs = async (from: StoreBackend, to: StoreBackend): Promise<void> => {
  for (const hash of from.blobs.list()) {
    const bytes = to.blobs.has(hash) ? undefined : from.blobs.get(hash);
    if (bytes !== undefined) await to.blobs.put(bytes);
  }
};

const replayBetween = async (
  from: StoreBackend,
  to: StoreBackend,
  options: ReplayKernelOptions,
): Promise<Replayed> => {
  const store = makeKernelStore(to);
  try {
    await copyBlobs(from, to);
    return await replayHistory({
      records: makeKernelStore(from),
      store,
      workers: options.workers,
      to: options.to,
      onProgress: options.onProgress,
    });
  } finally {
    await store.close();
  }
};

/**
 * Runs a kernel again from its records, in a second directory, and says what came out differently first, if
 * anything did.
 *
 * @throws {CooperageError} `NO_HISTORY`, `BAD_ARGUMENT`, `STORE_LOCKED` while `into` is in use, `STORE_DENIED`, `STORE_CORRUPT`
 */
export const replayKernel = async (options: ReplayKernelOptions): Promise<Replayed> => {
  insistOptions('replayKernel', options, REPLAY_OPTIONS);
  const directory = resolve(options.directory);
  const into = options.into === undefined ? undefined : resolve(options.into);
  if (into === directory) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      'a kernel cannot be replayed in its own directory: give another directory',
    );
  }
  const from = backendOn(await openLmdbView(directory));
  try {
    if (into !== undefined) return await replayBetween(from, await openLmdbBackend(into), options);
    const temporary = await mkdtemp(join(tmpdir(), 'cooperage-replay-'));
    try {
      return await replayBetween(from, await openLmdbBackend(temporary), options);
    } finally {
      await removeStore(temporary);
    }
  } finally {
    await from.close();
  }
};
