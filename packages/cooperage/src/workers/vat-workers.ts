import {
  object,
  optionsOf,
  type OptionTable,
  recordOf,
  text,
  type VatWorkerHost,
} from '@cooperage/types';
import type { QuickJSWorkerOptions } from '@cooperage/worker-quickjs';
import { QUICKJS_OPTIONS } from '@cooperage/worker-quickjs/options';
import { makeThreadWorkerHost } from '@cooperage/worker-thread';
import { makeWorkerRouter } from './worker-router.js';

/** Of the threads that run vats on QuickJS. */
export type QuickJSOptions = Omit<QuickJSWorkerOptions, 'threads' | 'log'>;

export interface VatWorkersOptions {
  /** Threads that vats share; as many as there are cores if left out. */
  readonly threads?: number | undefined;
  /** Megabytes of heap for each thread of V8. */
  readonly heapLimitMB: number;
  /** Modules that export `makeLiveSlots`, by the names that vats ask for with `liveslots`. */
  readonly liveslots?: Readonly<Record<string, string>> | undefined;
  readonly quickjs?: QuickJSOptions | undefined;
}

const { threads: _threads, log: _log, ...quickjsOptions } = QUICKJS_OPTIONS;

/** What callers say of the workers beside the kernel's settings. */
export const WORKER_OPTIONS = {
  workers: { value: object('a VatWorkerHost') },
  liveslots: {
    value: recordOf(text('the path of a module'), 'an object of modules by the names of liveslots'),
  },
  quickjs: { value: optionsOf(quickjsOptions, 'an object of options for the threads of QuickJS') },
} as const satisfies OptionTable;

/** Where vats run, each on its engine. */
export const makeVatWorkers = ({
  threads,
  heapLimitMB,
  liveslots,
  quickjs = {},
}: VatWorkersOptions): VatWorkerHost => {
  const shared = threads === undefined ? {} : { threads };
  return makeWorkerRouter({
    v8: () =>
      makeThreadWorkerHost({
        ...shared,
        heapLimitMB,
        ...(liveslots === undefined ? {} : { liveslots }),
      }),
    // Loaded when the first vat needs it: most kernels never do.
    quickjs: async () => {
      const { makeQuickJSWorkerHost } = await import('@cooperage/worker-quickjs');
      return makeQuickJSWorkerHost({ ...quickjs, ...shared });
    },
  });
};
