import type { KernelTables } from '@cooperage/kernel';
import { isVatAllocated, isVatID, type KObject, type VatID, type VRef } from '@cooperage/types';

/** An object that only vats hold: no queue, no promise, no pin, and no part of the kernel. */
export interface Suspect {
  readonly kref: KObject;
  readonly owner: VatID;
  /** What its owner calls it. */
  readonly vref: VRef;
  /** The vats that could send to it, and what they call it. */
  readonly holders: ReadonlyMap<VatID, VRef>;
}

export type Suspects = Map<KObject, Suspect>;

const isObject = (kref: string): kref is KObject => kref.startsWith('ko');

/** Every object that is kept by vats alone, and so may be kept by itself. */
export const findSuspects = (tables: KernelTables): Suspects => {
  const holders = new Map<KObject, Map<VatID, VRef>>();
  const names = new Map<KObject, VRef>();
  const living = tables.vats.list();
  for (const vatID of living) {
    for (const [vref, { kref, reachable }] of tables.cLists.list(vatID)) {
      if (!isObject(kref)) continue;
      if (isVatAllocated(vref)) {
        names.set(kref, vref);
      } else if (reachable) {
        const known = holders.get(kref) ?? new Map<VatID, VRef>();
        holders.set(kref, known.set(vatID, vref));
      }
    }
  }
  const suspects: Suspects = new Map();
  for (const [kref, held] of holders) {
    const { owner, reachable } = tables.objects.get(kref);
    const vref = names.get(kref);
    if (!isVatID(owner) || vref === undefined || reachable !== held.size) continue;
    suspects.set(kref, { kref, owner, vref, holders: held });
  }
  return suspects;
};

/** Vats to which nothing is on its way: what they hold can be asked. */
export const quietVats = ({ inboxes, vats, windows }: KernelTables): Set<VatID> =>
  new Set(vats.list().filter((vatID) => inboxes.length(vatID) === 0 && windows.size(vatID) === 0));
