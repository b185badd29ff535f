/** The workers of what runs vats without a kernel's config: replays, the search for cycles of garbage. */
import { DEFAULTS, type OptionTable, type VatWorkerHost } from '@cooperage/types';
import { KERNEL_SETTINGS } from '../config/settings.js';
import { makeVatWorkers, type QuickJSOptions, WORKER_OPTIONS } from './vat-workers.js';

export interface ToolWorkers {
  /** Threads that vats share; as many as there are cores if left out. */
  readonly threads?: number;
  /** Megabytes of heap for each thread. */
  readonly heapLimit?: number;
  /** Modules that export `makeLiveSlots`, by the names that vats ask for with `liveslots`. */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** Of the threads that run vats on QuickJS. Their liveslots are scripts. */
  readonly quickjs?: QuickJSOptions;
  /** Where vats run instead of in a pool of threads; stopped afterwards. */
  readonly workers?: VatWorkerHost;
}

const { threads, heapLimit } = KERNEL_SETTINGS;

export const TOOL_WORKERS = {
  threads,
  heapLimit,
  ...WORKER_OPTIONS,
} as const satisfies OptionTable;

export const workersFor = (options: ToolWorkers): VatWorkerHost =>
  options.workers ??
  makeVatWorkers({
    threads: options.threads,
    heapLimitMB: options.heapLimit ?? DEFAULTS.heapLimit,
    liveslots: options.liveslots,
    quickjs: options.quickjs,
  });
