import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';
import { parseCompletionRecord, type VatID, type VatOptions } from '@cooperage/types';

/** What a worker needs before it can take the deliveries of the window. */
export interface Incarnation {
  readonly options: VatOptions;
  /** The deliveries to replay first: from this one to the newest retired one; none if it is greater. */
  readonly first: number;
  /**
   * Vatstore writes of the last incarnation that are in no row yet, because its end is not settled; undefined
   * deletes. Valid while {@link hasPendingWrites} returns true.
   */
  readonly pendingWrites: ReadonlyMap<string, string | undefined>;
}

/** Whether an upgrade of the vat waits for its new incarnation. */
export const hasPendingWrites = ({ upgradesInProgress }: KernelTables, vatID: VatID): boolean =>
  upgradesInProgress.find(vatID)?.step === 'startVat';

export const presentIncarnation = (tables: KernelTables, vatID: VatID): Incarnation => {
  const options = tables.vats.options(vatID);
  const upgrade = tables.upgradesInProgress.find(vatID);
  if (upgrade?.step !== 'startVat') {
    const first = Math.max(1, tables.counters.read(keys.first(vatID)));
    return { options, first, pendingWrites: new Map() };
  }
  const pendingWrites = new Map<string, string | undefined>();
  const { syscalls } =
    upgrade.stopped === undefined ? { syscalls: [] } : parseCompletionRecord(upgrade.stopped);
  for (const [syscall] of syscalls) {
    if (syscall[0] === 'vatstoreSet') pendingWrites.set(syscall[1], syscall[2]);
    if (syscall[0] === 'vatstoreDelete') pendingWrites.set(syscall[1], undefined);
  }
  return {
    options: { ...options, bundleID: upgrade.request.bundleID },
    first: tables.windows.acked(vatID) + 1,
    pendingWrites,
  };
};
