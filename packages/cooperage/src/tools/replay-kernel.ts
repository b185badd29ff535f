import {
  REPLAY_OPTIONS,
  replayKernel as replayWith,
  type ReplayKernelOptions as Options,
  type Replayed,
} from '@cooperage/tools';
import { insistOptions } from '@cooperage/types';
import { TOOL_WORKERS, type ToolWorkers, workersFor } from '../workers/tool-workers.js';

export interface ReplayKernelOptions extends Omit<Options, 'workers'>, ToolWorkers {}

/**
 * Runs a kernel again from its records, in a second directory and with workers of its own, and says what came
 * out differently first, if anything did.
 *
 * @throws {CooperageError} `NO_HISTORY`, `BAD_ARGUMENT`, `STORE_LOCKED` while `into` is in use, `STORE_DENIED`, `STORE_CORRUPT`
 */
export const replayKernel = async (options: ReplayKernelOptions): Promise<Replayed> => {
  insistOptions('replayKernel', options, { ...REPLAY_OPTIONS, ...TOOL_WORKERS });
  const { directory, into, to, onProgress } = options;
  const workers = workersFor(options);
  try {
    return await replayWith({
      directory,
      workers,
      ...(into !== undefined && { into }),
      ...(to !== undefined && { to }),
      ...(onProgress !== undefined && { onProgress }),
    });
  } finally {
    await workers.stop();
  }
};
