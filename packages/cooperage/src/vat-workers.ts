import type { VatWorkerHost } from '@cooperage/types';
import { makeThreadWorkerHost } from '@cooperage/worker-thread';
import { makeWorkerRouter } from './worker-router.js';

export interface VatWorkersOptions {
  /** Threads that vats share; as many as there are cores if left out. */
  readonly threads?: number | undefined;
  /** Megabytes of heap for each thread of V8. */
  readonly heapLimitMB: number;
  /** Modules that export `makeLiveSlots`, by the names that vats ask for with `liveslots`. */
  readonly liveslots?: Readonly<Record<string, string>> | undefined;
}

/** Where vats run, each on its engine. */
export const makeVatWorkers = ({
  threads,
  heapLimitMB,
  liveslots,
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
      return makeQuickJSWorkerHost(shared);
    },
  });
};
