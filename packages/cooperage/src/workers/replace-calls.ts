import type { VatWorkerHost } from '@cooperage/types';

/** The same workers, some of whose calls go elsewhere first. What the host of the workers leaves out stays left out. */
export const replaceCalls = (
  workers: VatWorkerHost,
  calls: Partial<Pick<VatWorkerHost, 'start' | 'stop'>>,
): VatWorkerHost => ({
  ...(workers.prepare !== undefined && { prepare: (vats) => workers.prepare?.(vats) }),
  ...(workers.baseImage !== undefined && { baseImage: (hash) => workers.baseImage?.(hash) }),
  get running() {
    return workers.running ?? 0;
  },
  get debuggedTime() {
    return workers.debuggedTime ?? 0;
  },
  start: (spec, sink) => workers.start(spec, sink),
  stop: () => workers.stop(),
  ...calls,
});
