import {
  type AccountRow,
  endOf,
  type InboxWork,
  type KernelTables,
  keys,
  makeKernelTables,
} from '@cooperage/kernel';
import {
  type CapData,
  isPromiseRef,
  isVatAllocated,
  type KernelStore,
  type KObject,
  type KPromise,
  type KRef,
  type ReadableTables,
  type VatDeliveryObject,
  type VatID,
  type VatOptions,
  type VRef,
} from '@cooperage/types';
import { type Era, erasOf } from './engine-eras.js';
import { findVat } from './find-vat.js';
import { summarize, type VatSummary } from './list-vats.js';

/** An object in a vat's c-list. */
export interface ShownObject {
  readonly vref: VRef;
  readonly kref: KRef;
  readonly direction: 'import' | 'export';
  readonly reachable: boolean;
  /** Who answers for it: a vat, `host`, `kernel`, or `none` any more. */
  readonly owner: string;
  /** How many could send to it, and compare it. */
  readonly reachableCount: number;
  readonly recognizableCount: number;
  /** The last delivery that named it; 0 for none. */
  readonly named: number;
}

/** A promise in a vat's c-list. */
export interface ShownPromise {
  readonly vref: VRef;
  readonly kref: KPromise;
  readonly state: 'unresolved' | 'fulfilled' | 'rejected';
  /** Who may resolve it; null while the kernel holds the message that will answer it, and when it is resolved. */
  readonly decider: string | null;
  readonly subscribers: readonly string[];
  /** Messages that wait on it. */
  readonly queued: number;
  /** What it was resolved to; null while it was not. */
  readonly data: CapData<KRef> | null;
}

export interface ShownInboxEntry {
  readonly issue: number;
  readonly work: InboxWork;
}

export interface ShownDelivery {
  readonly n: number;
  readonly issue: number;
  readonly delivery: VatDeliveryObject;
}

export interface VatDetails extends VatSummary {
  readonly options: VatOptions;
  /** What the vat and those that pay with it may use, and what they use; absent where nothing is bounded. */
  readonly account?: AccountRow;
  /** The versions of its engine that made its history, oldest first, each with the delivery after which it began. */
  readonly engines: readonly Era[];
  /** How often it was upgraded. */
  readonly incarnation: number;
  readonly counters: {
    /** Deliveries handed out, and retired, since the vat began. */
    readonly delivered: number;
    readonly acked: number;
    /** The last `o-` and `p-` that were given out. */
    readonly lastImport: number;
    readonly lastImportedPromise: number;
    readonly transcriptEntries: number;
    readonly vatstoreKeys: number;
  };
  readonly objects: readonly ShownObject[];
  readonly promises: readonly ShownPromise[];
  readonly inboxEntries: readonly ShownInboxEntry[];
  /** Handed out and not retired, exactly as the worker was given them. */
  readonly outEntries: readonly ShownDelivery[];
}

const showPromise = (tables: KernelTables, vref: VRef, kref: KPromise): ShownPromise => {
  const row = tables.promises.get(kref);
  return {
    vref,
    kref,
    state: row.state,
    decider: row.decider ?? null,
    subscribers: row.subscribers,
    queued: row.queued,
    data: row.state === 'unresolved' ? null : tables.promises.getData(kref),
  };
};

const countKeys = (rows: ReadableTables, prefix: string): number => {
  let number = 0;
  for (const _key of rows.keys(prefix, endOf(prefix))) number += 1;
  return number;
};

/**
 * All that the kernel knows about one vat. Reads only; the kernel may be running.
 * @throws {CooperageError} `VAT_NOT_FOUND`
 */
export const showVat = (store: KernelStore, nameOrID: string): VatDetails => {
  const tables = makeKernelTables(store.tables);
  const vatID = findVat(tables, nameOrID);
  const objects: ShownObject[] = [];
  const promises: ShownPromise[] = [];
  for (const [vref, { kref, reachable, named }] of tables.cLists.list(vatID)) {
    if (isPromiseRef(kref)) {
      promises.push(showPromise(tables, vref, kref as KPromise));
      continue;
    }
    const row = tables.objects.get(kref as KObject);
    objects.push({
      vref,
      kref,
      direction: isVatAllocated(vref) ? 'export' : 'import',
      reachable,
      owner: row.owner,
      reachableCount: row.reachable,
      recognizableCount: row.recognizable,
      named,
    });
  }
  const options = tables.vats.options(vatID);
  const account = [...tables.accounts.list()].find(([number]) => number === options.account)?.[1];
  return {
    ...summarize(tables, vatID),
    options,
    ...(account !== undefined && { account }),
    engines: erasOf(tables, vatID),
    incarnation: tables.counters.read(keys.incarnation(vatID)),
    counters: countersOf(store, tables, vatID),
    objects,
    promises,
    inboxEntries: tables.inboxes.list(vatID),
    outEntries: tables.windows.list(vatID).map(({ issue, text }) => {
      const { n, delivery } = JSON.parse(text) as { n: number; delivery: VatDeliveryObject };
      return { n, issue, delivery };
    }),
  };
};

const countersOf = (
  store: KernelStore,
  { counters, windows, rows }: KernelTables,
  vatID: VatID,
): VatDetails['counters'] => ({
  delivered: windows.delivered(vatID),
  acked: windows.acked(vatID),
  lastImport: counters.read(keys.vatCounter(vatID, 'object')),
  lastImportedPromise: counters.read(keys.vatCounter(vatID, 'promise')),
  transcriptEntries: Math.max(
    0,
    store.transcripts.newest(vatID) + 1 - Math.max(1, counters.read(keys.first(vatID))),
  ),
  vatstoreKeys: countKeys(rows, keys.vatstore(vatID, '')),
});
