import { openLmdbView } from '@cooperage/store-lmdb';
import {
  type Argument,
  callback,
  DIRECTORY,
  insistArguments,
  object,
  type OptionTable,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { storeOn } from '../inspect/store-on-view.js';
import { findGarbage, type GarbageReport } from './find-garbage.js';

export interface GarbageOptions {
  /** Where the vats that are asked run. The caller stops it. */
  readonly workers: VatWorkerHost;
  readonly onAsk?: (vatID: VatID) => void;
}

export const GARBAGE_OPTIONS = {
  workers: { value: object('a VatWorkerHost'), required: true },
  onAsk: { value: callback },
} as const satisfies OptionTable;

const ARGUMENTS: readonly Argument[] = [DIRECTORY, { table: GARBAGE_OPTIONS }];

/**
 * Finds what only cycles across vats keep in a kernel, whether it runs or not: as its last commit left it.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`
 */
export const garbageOfKernel = async (
  directory: string,
  options: GarbageOptions,
): Promise<GarbageReport> => {
  insistArguments('garbageOfKernel', ARGUMENTS, [directory, options]);
  const store = storeOn(await openLmdbView(directory));
  try {
    return await findGarbage(store, options.workers, options.onAsk);
  } finally {
    await store.close();
  }
};
