import type { KernelTables } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';

/** A vat that is handed out nothing, and for which something waits. */
export interface HaltedVat {
  readonly vatID: VatID;
  readonly name: string;
  /** `quarantined`: it did not repeat delivery `n`. `suspended`: crank `n` used up what it may use, and was undone. */
  readonly halt: 'quarantined' | 'suspended';
  readonly n: number;
  /** Deliveries that wait for it. */
  readonly waiting: number;
}

/** @returns undefined for a vat that is not halted */
export const findHalted = (tables: KernelTables, vatID: VatID): HaltedVat | undefined => {
  const { inboxes, quarantines, suspensions, vats, windows } = tables;
  const divergence = quarantines.find(vatID);
  const halted = divergence ?? suspensions.find(vatID);
  if (halted === undefined) return undefined;
  return {
    vatID,
    name: vats.options(vatID).name,
    halt: divergence === undefined ? 'suspended' : 'quarantined',
    n: halted.n,
    waiting: inboxes.length(vatID) + windows.size(vatID),
  };
};

/** Vats that are halted while something waits for them, oldest first. */
export const listHalted = (tables: KernelTables): HaltedVat[] =>
  tables.vats
    .list()
    .flatMap((vatID) => findHalted(tables, vatID) ?? [])
    .filter(({ waiting }) => waiting > 0);
