import { existsSync, readdirSync } from 'node:fs';
import { rename, rm, rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { insistCrank, rerunInto } from '@cooperage/recording';
import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import { replayHistory } from '@cooperage/tools';
import {
  CooperageError,
  insistOptions,
  type KernelStore,
  object,
  type OptionTable,
  type StoreBackend,
  text,
  type VatWorkerHost,
  wholeNumber,
} from '@cooperage/types';
import { openSourceBackend } from './open-source.js';

export interface ForkKernelOptions {
  /** The directory of a kernel, or a recording. Nothing in it is changed. */
  readonly source: string;
  /** The fork begins with the state after this crank. */
  readonly crank: number;
  /** A directory that is missing or empty. */
  readonly into: string;
  /**
   * Where vats run again, if the records of a vat went with it; without, such a fork is refused. The caller stops it.
   */
  readonly workers?: VatWorkerHost;
}

export interface ForkedKernel {
  readonly directory: string;
  readonly crank: number;
  /** Whether vats had to run again, because the records of one went with it. */
  readonly ranVats: boolean;
}

export const FORK_OPTIONS = {
  source: { value: text('the path of a directory or a recording'), required: true },
  crank: { value: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'a crank'), required: true },
  into: { value: text('the path of a directory'), required: true },
  workers: { value: object('a VatWorkerHost') },
} as const satisfies OptionTable;

/** Code and images of heaps are not among the rows. */
export const copyBlobs = async (from: StoreBackend, to: StoreBackend): Promise<void> => {
  for (const hash of from.blobs.list()) {
    const bytes = to.blobs.has(hash) ? undefined : from.blobs.get(hash);
    if (bytes !== undefined) await to.blobs.put(bytes);
  }
};

/**
 * Brings an empty store to the state after a crank of a history.
 *
 * @returns whether vats had to run again, because the records of one went with it
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`, `BAD_ARGUMENT`
 */
export const restoreCrank = async (
  from: StoreBackend,
  store: KernelStore,
  crank: number,
  workers?: VatWorkerHost,
): Promise<boolean> => {
  const records = makeKernelStore(from);
  insistCrank(records, crank);
  const reached = await rerunInto(records, store, crank);
  if (reached === crank) return false;
  if (workers === undefined) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `crank ${crank} cannot be restored from the records alone: what came after crank ${reached} went with a vat that was terminated; give \`workers\`, in which vats run again`,
    );
  }
  const { difference } = await replayHistory({ records, store, workers, to: crank });
  if (difference === undefined || difference.cause === undefined) return true;
  throw new CooperageError(
    'BAD_RECORDING',
    `crank ${crank} cannot be restored: at crank ${difference.crank} ${difference.what}`,
  );
};

/**
 * Makes a kernel of its own of the state after any crank of a history. No code of a vat is run, unless the records of
 * a terminated vat are needed. Where it fails nothing is there afterwards.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `NO_HISTORY`, `BAD_RECORDING`, `BAD_EXPORT`, `STORE_FULL`
 */
export const forkKernel = async (options: ForkKernelOptions): Promise<ForkedKernel> => {
  insistOptions('forkKernel', options, FORK_OPTIONS);
  const { crank, workers } = options;
  const directory = resolve(options.into);
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `${directory} is not empty: a fork is made in a directory of its own`,
    );
  }
  const from = await openSourceBackend(resolve(options.source));
  const unfinished = `${directory}.forking`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    const to = await openLmdbBackend(unfinished);
    const store = makeKernelStore(to);
    let ranVats: boolean;
    try {
      await copyBlobs(from, to);
      ranVats = await restoreCrank(from, store, crank, workers);
    } finally {
      await store.close();
    }
    if (existsSync(directory)) await rmdir(directory);
    await rename(unfinished, directory);
    return { directory, crank, ranVats };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    await from.close();
  }
};
