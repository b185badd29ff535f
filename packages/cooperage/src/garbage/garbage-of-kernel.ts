import { makeKernelStore } from '@cooperage/store';
import { openLmdbView } from '@cooperage/store-lmdb';
import {
  CooperageError,
  type KernelStore,
  type StoreView,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { makeVatWorkers, type QuickJSOptions } from '../vat-workers.js';
import { findGarbage, type GarbageReport } from './find-garbage.js';

export interface GarbageOptions {
  readonly threads?: number;
  /** Megabytes of heap for each thread. */
  readonly heapLimit?: number;
  /** Modules that export `makeLiveSlots`, by the names that vats ask for with `liveslots`. */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** Of the threads that run vats on QuickJS. Their liveslots are scripts. */
  readonly quickjs?: QuickJSOptions;
  /** Where vats are asked instead of in a pool of threads; stopped afterwards. */
  readonly workers?: VatWorkerHost;
  readonly onAsk?: (vatID: VatID) => void;
}

const refuse = (): never => {
  throw new CooperageError('STORE_FAILED', 'a view is for reading');
};

const storeOn = (view: StoreView): KernelStore =>
  makeKernelStore({
    epoch: 1,
    committed: view.committed,
    get: (key) => view.get(key),
    has: (key) => view.has(key),
    keys: (start, end) => view.keys(start, end),
    commit: refuse,
    view: refuse,
    blobs: {
      ...view.blobs,
      has: (hash) => view.blobs.get(hash) !== undefined,
      put: refuse,
      delete: refuse,
    },
    close: () => view.release(),
  });

const DEFAULT_HEAP = 512;

/**
 * Finds what only circles across vats keep in a kernel, whether it runs or not: as its last commit left it.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`
 */
export const garbageOfKernel = async (
  directory: string,
  options: GarbageOptions = {},
): Promise<GarbageReport> => {
  const store = storeOn(await openLmdbView(directory));
  const workers =
    options.workers ??
    makeVatWorkers({
      threads: options.threads,
      heapLimitMB: options.heapLimit ?? DEFAULT_HEAP,
      liveslots: options.liveslots,
      quickjs: options.quickjs,
    });
  try {
    return await findGarbage(store, workers, options.onAsk);
  } finally {
    await workers.stop();
    await store.close();
  }
};
