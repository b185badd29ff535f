import { openLmdbView } from '@cooperage/store-lmdb';
import type { VatID, VatWorkerHost } from '@cooperage/types';
import { storeOn } from '../inspect/store-on-view.js';
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
