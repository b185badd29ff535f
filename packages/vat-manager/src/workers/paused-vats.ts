import type { KernelTables } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';

/** A vat that is handed out nothing, and for which something waits. */
export interface PausedVat {
  readonly vatID: VatID;
  readonly name: string;
  /** `quarantined`: its replay diverged at delivery `n`. `suspended`: crank `n` exceeded its computrons, and was undone. */
  readonly state: 'quarantined' | 'suspended';
  readonly n: number;
  /** Deliveries that wait for it. */
  readonly waiting: number;
}

/** @returns undefined for a vat that is not paused */
export const findPausedVat = (tables: KernelTables, vatID: VatID): PausedVat | undefined => {
  const { inboxes, quarantines, suspensions, vats, windows } = tables;
  const divergence = quarantines.find(vatID);
  const paused = divergence ?? suspensions.find(vatID);
  if (paused === undefined) return undefined;
  return {
    vatID,
    name: vats.options(vatID).name,
    state: divergence === undefined ? 'suspended' : 'quarantined',
    n: paused.n,
    waiting: inboxes.length(vatID) + windows.size(vatID),
  };
};

/** Vats that are paused while something waits for them, oldest first. */
export const listPausedVats = (tables: KernelTables): PausedVat[] =>
  tables.vats
    .list()
    .flatMap((vatID) => findPausedVat(tables, vatID) ?? [])
    .filter(({ waiting }) => waiting > 0);
