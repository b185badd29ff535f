import { type KernelTables, makeKernelTables } from '@cooperage/kernel';
import type { BundleID, KernelStore, VatID } from '@cooperage/types';
import { type EndedVat, endedVats, staticNames } from './find-vat.js';
import { type Blocked, findBlocked } from './blocked.js';

/** A vat in one line. */
export interface VatSummary {
  readonly vatID: VatID;
  readonly name: string;
  /** Declared in the config, and found by its name. */
  readonly isStatic: boolean;
  readonly state: 'booting' | 'alive' | Blocked['kind'];
  /** Why it is handed out nothing, where that is so. */
  readonly blocked?: Blocked;
  readonly bundleID: BundleID;
  readonly window: number;
  readonly ownThread: boolean;
  /** Cranks whose records are retired. */
  readonly cranks: number;
  /** Deliveries that wait. */
  readonly inbox: number;
  /** Deliveries that were handed out and are not retired. */
  readonly out: number;
}

export interface VatList {
  /** Oldest first. */
  readonly vats: readonly VatSummary[];
  readonly ended: readonly EndedVat[];
}

export const summarize = (
  tables: KernelTables,
  vatID: VatID,
  given: ReadonlyMap<VatID, string> = staticNames(tables),
): VatSummary => {
  const { vats, windows, inboxes, creations } = tables;
  const { name, bundleID, window, ownThread } = vats.options(vatID);
  const creation = creations.find(vatID)?.[1];
  const blocked = findBlocked(tables, vatID);
  const isThere = creation === undefined || creation.state === 'ready';
  return {
    vatID,
    name: given.get(vatID) ?? name,
    isStatic: given.has(vatID),
    state: blocked?.kind ?? (isThere ? 'alive' : 'booting'),
    ...(blocked !== undefined && { blocked }),
    bundleID,
    window,
    ownThread,
    cranks: windows.acked(vatID),
    inbox: inboxes.length(vatID),
    out: windows.size(vatID),
  };
};

/** Every vat of a kernel. Reads only; the kernel may be running. */
export const listVats = (store: KernelStore): VatList => {
  const tables = makeKernelTables(store.tables);
  const given = staticNames(tables);
  return {
    vats: tables.vats.list().map((vatID) => summarize(tables, vatID, given)),
    ended: endedVats(tables),
  };
};
