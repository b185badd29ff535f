import { openLmdbView } from '@cooperage/store-lmdb';
import { type Argument, callback, DIRECTORY, insistArguments, type VatID } from '@cooperage/types';
import { storeOn } from '../inspect/store-on-view.js';
import { TOOL_WORKERS, type ToolWorkers, workersFor } from '../workers/tool-workers.js';
import { findGarbage, type GarbageReport } from './find-garbage.js';

/** Vats are asked in workers of their own. */
export interface GarbageOptions extends ToolWorkers {
  readonly onAsk?: (vatID: VatID) => void;
}

const ARGUMENTS: readonly Argument[] = [
  DIRECTORY,
  { table: { ...TOOL_WORKERS, onAsk: { value: callback } } },
];

/**
 * Finds what only circles across vats keep in a kernel, whether it runs or not: as its last commit left it.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`
 */
export const garbageOfKernel = async (
  directory: string,
  options: GarbageOptions = {},
): Promise<GarbageReport> => {
  insistArguments('garbageOfKernel', ARGUMENTS, [directory, options]);
  const store = storeOn(await openLmdbView(directory));
  const workers = workersFor(options);
  try {
    return await findGarbage(store, workers, options.onAsk);
  } finally {
    await workers.stop();
    await store.close();
  }
};
