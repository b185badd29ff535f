import {
  formatVRef,
  isVatAllocated,
  type KObject,
  type KPromise,
  type KRef,
  type Tables,
  type VatID,
  type VRef,
} from '@cooperage/types';
import type { ReferenceCounts } from '../../garbage/reference-counts.js';
import type { CellCache } from '../cells.js';
import type { Counters } from '../counters.js';
import { endOf, keys } from '../schema.js';

/** One reference of one vat. Numbers are delivery numbers of that vat; 0 for none. */
export interface CListEntry {
  readonly kref: KRef;
  /** For imports: the vat can send to it. For exports: the kernel has not told the vat to drop it. */
  reachable: boolean;
  /** The last delivery that named it. */
  named: number;
  /** The unretired delivery that tells the exporter to drop it. */
  dropping: number;
  /** The unretired delivery that tells the vat to retire it. */
  retiring: number;
}

/**
 * The two-way table of each vat. Adding, changing or deleting an entry here changes the reference counts too: there
 * is no other way to do either.
 */
export interface CLists {
  toVat(vatID: VatID, kref: KRef): VRef | undefined;
  toKernel(vatID: VatID, vref: VRef): CListEntry | undefined;
  /** Adds a reference that the vat does not have yet, named by delivery `named`. */
  addImport(vatID: VatID, kref: KRef, named: number): VRef;
  /** Adds a reference that the vat made up. */
  addExport(vatID: VatID, vref: VRef, kref: KRef): CListEntry;
  /** Copies an entry for a fork: the same vref for `kref`, which gets one more reference. */
  copy(vatID: VatID, vref: VRef, entry: CListEntry, kref: KRef): void;
  /** Writes an entry whose delivery numbers changed. Reachability changes only by the two calls below. */
  put(vatID: VatID, vref: VRef, entry: CListEntry): void;
  makeReachable(vatID: VatID, vref: VRef, entry: CListEntry): void;
  makeUnreachable(vatID: VatID, vref: VRef, entry: CListEntry): void;
  /** From now on the kernel gives `kref` a new vref; the vat may still use the old one. */
  forgetToVat(vatID: VatID, kref: KRef): void;
  /** Undoes that: the kernel continues to use this vref. */
  rememberToVat(vatID: VatID, kref: KRef, vref: VRef): void;
  /** From now on `vref`, which was the vref of another promise, is that of `kp`. */
  substitute(vatID: VatID, vref: VRef, entry: CListEntry, kp: KPromise): void;
  /** Deletes both directions (the first only if it still leads to `vref`). */
  delete(vatID: VatID, vref: VRef, entry: CListEntry): void;
  list(vatID: VatID): IterableIterator<readonly [VRef, CListEntry]>;
  listPromises(vatID: VatID): IterableIterator<readonly [VRef, CListEntry]>;
  listObjects(vatID: VatID): IterableIterator<readonly [VRef, CListEntry]>;
  /** Deletes the entry whose row has this key. */
  release(vatID: VatID, key: string): void;
}

const isImport = (vref: VRef): boolean => !isVatAllocated(vref);

export const parseCListEntry = (text: string): CListEntry => {
  const [kref, reachable, named, dropping, retiring] = text.split(' ');
  return {
    kref: kref as KRef,
    reachable: reachable === '1',
    named: Number(named),
    dropping: Number(dropping),
    retiring: Number(retiring),
  };
};

const format = ({ kref, reachable, named, dropping, retiring }: CListEntry): string =>
  `${kref} ${reachable ? 1 : 0} ${named} ${dropping} ${retiring}`;

export const makeCLists = (
  tables: Tables,
  cache: CellCache,
  counters: Counters,
  references: ReferenceCounts,
): CLists => {
  const entries = cache.make({
    parse: parseCListEntry,
    format,
    copy: (entry) => ({ ...entry }),
  });
  const vrefs = cache.make({ parse: (text) => text as VRef, format: String });
  const put = (vatID: VatID, vref: VRef, entry: CListEntry): void =>
    entries.set(keys.toKernel(vatID, vref), entry);

  const add = (vatID: VatID, vref: VRef, kref: KRef, named: number): CListEntry => {
    const entry = { kref, reachable: true, named, dropping: 0, retiring: 0 };
    vrefs.set(keys.toVat(vatID, kref), vref);
    entries.add(keys.toKernel(vatID, vref), entry);
    return entry;
  };

  const isObject = (kref: KRef): kref is KObject => kref.startsWith('ko');

  const deleteEntry: CLists['delete'] = (vatID, vref, entry) => {
    const { kref } = entry;
    entries.delete(keys.toKernel(vatID, vref));
    if (vrefs.get(keys.toVat(vatID, kref)) === vref) vrefs.delete(keys.toVat(vatID, kref));
    if (!isObject(kref)) references.release(kref);
    else if (isVatAllocated(vref)) references.recheck(kref);
    else if (entry.reachable) references.release(kref);
    else references.releaseRecognizable(kref);
  };

  const vrefIn = (vatID: VatID, key: string): VRef => key.slice(`${vatID}.r.`.length) as VRef;

  const between = function* (
    vatID: VatID,
    start: string,
    end: string,
  ): IterableIterator<readonly [VRef, CListEntry]> {
    cache.flush();
    for (const key of tables.keys(start, end)) {
      const entry = entries.get(key);
      if (entry !== undefined) yield [vrefIn(vatID, key), entry];
    }
  };

  return {
    put,
    toVat: (vatID, kref) => vrefs.get(keys.toVat(vatID, kref)),
    toKernel: (vatID, vref) => entries.get(keys.toKernel(vatID, vref)),
    addImport: (vatID, kref, named) => {
      const type = isObject(kref) ? 'object' : 'promise';
      const vref = formatVRef(type, false, counters.next(keys.vatCounter(vatID, type)));
      add(vatID, vref, kref, named);
      references.retain(kref);
      return vref;
    },
    addExport: (vatID, vref, kref) => {
      const entry = add(vatID, vref, kref, 0);
      // The owner's own entry does not keep an object alive; each entry keeps a promise.
      if (isObject(kref)) references.recheck(kref);
      else references.retain(kref);
      return entry;
    },
    copy: (vatID, vref, { reachable, named }, kref) => {
      vrefs.set(keys.toVat(vatID, kref), vref);
      entries.add(keys.toKernel(vatID, vref), { kref, reachable, named, dropping: 0, retiring: 0 });
      if (!isObject(kref) || (isImport(vref) && reachable)) references.retain(kref);
      else if (isImport(vref)) references.retainRecognizable(kref);
      else references.recheck(kref);
    },
    makeReachable: (vatID, vref, entry) => {
      entry.reachable = true;
      put(vatID, vref, entry);
      if (isImport(vref) && isObject(entry.kref)) references.retainReachable(entry.kref);
    },
    makeUnreachable: (vatID, vref, entry) => {
      entry.reachable = false;
      put(vatID, vref, entry);
      if (isImport(vref) && isObject(entry.kref)) references.releaseReachable(entry.kref);
    },
    substitute: (vatID, vref, entry, kp) => {
      const { kref } = entry;
      if (vrefs.get(keys.toVat(vatID, kref)) === vref) vrefs.delete(keys.toVat(vatID, kref));
      vrefs.set(keys.toVat(vatID, kp), vref);
      put(vatID, vref, { ...entry, kref: kp });
      references.retain(kp);
      references.release(kref);
    },
    forgetToVat: (vatID, kref) => vrefs.delete(keys.toVat(vatID, kref)),
    rememberToVat: (vatID, kref, vref) => vrefs.set(keys.toVat(vatID, kref), vref),
    delete: deleteEntry,
    release: (vatID, key) => {
      const entry = entries.get(key);
      if (entry !== undefined) deleteEntry(vatID, vrefIn(vatID, key), entry);
    },
    list: (vatID) => between(vatID, `${vatID}.r.`, endOf(`${vatID}.r.`)),
    listPromises: (vatID) => between(vatID, `${vatID}.r.p`, endOf(`${vatID}.r.`)),
    listObjects: (vatID) => {
      const [start, end] = keys.objectsOf(vatID);
      return between(vatID, start, end);
    },
  };
};
