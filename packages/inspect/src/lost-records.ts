import { retirementsOf } from '@cooperage/recording';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { replayHistory } from '@cooperage/tools';
import type { StoreBackend, VatID, VatWorkerHost } from '@cooperage/types';
import { copyBlobs } from './fork-kernel.js';

/** What a vat said of a delivery, where its transcript went with it. */
export type RecordOf = (vatID: VatID, n: number) => string | undefined;

/** Workers whose records are taken down. */
const takeDown = (workers: VatWorkerHost, records: Map<string, string>): VatWorkerHost => ({
  ...workers,
  start: (spec, sink) =>
    workers.start(spec, {
      ...sink,
      records: (texts) => {
        for (const text of texts) {
          const n = /"n":(\d+)/.exec(text)?.[1];
          if (n !== undefined) records.set(`${spec.vatID} ${n}`, text);
        }
        sink.records(texts);
      },
    }),
  stop: async () => undefined,
});

/**
 * The records that went with vats that were terminated: all vats run again, from the beginning, if there are any.
 *
 * @param workers where they run, asked for if they have to; the caller stops it
 * @returns undefined where no record is missing
 * @throws {CooperageError} `NO_HISTORY`, `BAD_RECORDING`
 */
export const findLostRecords = async (
  from: StoreBackend,
  workers: () => VatWorkerHost,
): Promise<RecordOf | undefined> => {
  const records = makeKernelStore(from);
  if (!retirementsOf(records).some(({ isLost }) => isLost)) return undefined;
  const found = new Map<string, string>();
  const backend = makeMemoryBackend();
  await copyBlobs(from, backend);
  const store = makeKernelStore(backend);
  await replayHistory({ records, store, workers: takeDown(workers(), found) });
  return (vatID, n) => found.get(`${vatID} ${n}`);
};
