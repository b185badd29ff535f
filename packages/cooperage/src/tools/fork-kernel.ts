import {
  FORK_OPTIONS,
  type ForkedKernel,
  forkKernel as forkWith,
  type ForkKernelOptions as Options,
} from '@cooperage/inspect';
import { insistOptions } from '@cooperage/types';
import { TOOL_WORKERS, type ToolWorkers, workersFor } from '../workers/tool-workers.js';

export interface ForkKernelOptions extends Omit<Options, 'workers'>, ToolWorkers {}

/**
 * Makes a kernel of its own of the state after any crank of a history: of a directory, or of a recording. The vats come
 * back by their transcripts when it is opened. Where it fails nothing is there afterwards.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `NO_HISTORY`, `BAD_RECORDING`, `BAD_EXPORT`, `STORE_FULL`
 */
export const forkKernel = async (options: ForkKernelOptions): Promise<ForkedKernel> => {
  insistOptions('forkKernel', options, { ...FORK_OPTIONS, ...TOOL_WORKERS });
  const { source, crank, into } = options;
  const workers = workersFor(options);
  try {
    return await forkWith({ source, crank, into, workers });
  } finally {
    await workers.stop();
  }
};
