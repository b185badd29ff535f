import type { KernelTables } from '../tables/kernel-tables.js';
import { keys } from '../tables/schema.js';
import { parseCompletionRecord, type VatID, type VatOptions } from '@cooperage/types';

/** What a worker must have that is to take the deliveries which are out now. */
export interface Incarnation {
  readonly options: VatOptions;
  /** The deliveries to run again before: from this one to the newest whose record is retired; none where it is greater. */
  readonly first: number;
  /**
   * What the last incarnation wrote and no row says yet, because it is not settled that it ends; undefined deletes.
   * Good for as long as {@link hasPendingWrites} says so.
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
