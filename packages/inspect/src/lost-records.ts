import { retirementsOf } from '@cooperage/recording';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { replayHistory } from '@cooperage/tools';
import type { StoreBackend, VatID, VatWorkerHost } from '@cooperage/types';
import { copyBlobs } from './fork-kernel.js';

/** What a vat said of a delivery, where its transcript went with it. */
export type RecordOf = (vatID: VatID, n: number) => string | undefined;

/** Workers whose records are shown to `look`. */
const watchRecords = (
  workers: VatWorkerHost,
  look: (name: string, text: string) => void,
): VatWorkerHost => ({
  ...workers,
  start: (spec, sink) =>
    workers.start(spec, {
      ...sink,
      records: (texts) => {
        for (const text of texts) {
          const n = /"n":(\d+)/.exec(text)?.[1];
          if (n !== undefined) look(`${spec.vatID} ${n}`, text);
        }
        sink.records(texts);
      },
    }),
  stop: async () => undefined,
});

/** The records that went with vats that were terminated or upgraded. */
export interface LostRecords {
  /** What is known by now. */
  readonly recordOf: RecordOf;
  /**
   * Where records are missing that are not known yet, all vats run again, from the beginning.
   *
   * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`
   */
  readonly find: (from: StoreBackend) => Promise<void>;
}

/** @param workers where the vats run, asked for when they have to; the caller stops it */
export const makeLostRecords = (workers: () => VatWorkerHost): LostRecords => {
  const known = new Map<string, string>();
  return {
    recordOf: (vatID, n) => known.get(`${vatID} ${n}`),
    find: async (from) => {
      const records = makeKernelStore(from);
      const missing = new Set(
        retirementsOf(records).flatMap(({ vatID, n, isLost }) =>
          isLost && !known.has(`${vatID} ${n}`) ? [`${vatID} ${n}`] : [],
        ),
      );
      if (missing.size === 0) return;
      const backend = makeMemoryBackend();
      await copyBlobs(from, backend);
      const store = makeKernelStore(backend);
      const watched = watchRecords(workers(), (name, text) => {
        if (missing.has(name)) known.set(name, text);
      });
      await replayHistory({ records, store, workers: watched });
    },
  };
};
