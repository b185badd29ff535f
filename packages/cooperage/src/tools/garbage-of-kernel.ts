import {
  GARBAGE_OPTIONS,
  garbageOfKernel as garbageWith,
  type GarbageOptions as Options,
  type GarbageReport,
} from '@cooperage/tools';
import { type Argument, DIRECTORY, insistArguments } from '@cooperage/types';
import { TOOL_WORKERS, type ToolWorkers, workersFor } from '../workers/tool-workers.js';

/** Vats are asked in workers of their own. */
export interface GarbageOptions extends Omit<Options, 'workers'>, ToolWorkers {}

const ARGUMENTS: readonly Argument[] = [
  DIRECTORY,
  { table: { ...GARBAGE_OPTIONS, ...TOOL_WORKERS } },
];

/**
 * Finds what only cycles across vats keep in a kernel, whether it runs or not: as its last commit left it.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`
 */
export const garbageOfKernel = async (
  directory: string,
  options: GarbageOptions = {},
): Promise<GarbageReport> => {
  insistArguments('garbageOfKernel', ARGUMENTS, [directory, options]);
  const { onAsk } = options;
  const workers = workersFor(options);
  try {
    return await garbageWith(directory, { workers, ...(onAsk !== undefined && { onAsk }) });
  } finally {
    await workers.stop();
  }
};
