/**
 * Who can recognize a reference without reaching it: the weak collections that
 * have it as a key. For collections in the vatstore there is a row for each
 * pair, `vom.ir.<vref>|<collection>`; for `WeakMap` and `WeakSet` of user code
 * the pairs are in memory. When the reference is retired, its entries go.
 */
import {
  type LiveSlotsSyscall,
  recognizedByDataPrefix as prefixOf,
  type VRef,
} from '@cooperage/types';
import type { KindRegistry } from '../kinds/kind-registry.js';
import type { PossiblyDead } from './possibly-dead.js';
import { keysWithPrefix } from '../refs/vatstore-keys.js';
import { facetOf, formatFacet, isImport, isVirtualOrDurable, kindOf } from '../refs/vref.js';

/** The entries of a `WeakMap` or `WeakSet` whose keys have references: all that is kept of it here. */
export type WeakEntries = Map<VRef, unknown> | Set<VRef>;

export interface Recognizers {
  addStored(vref: VRef, collectionID: string): void;
  removeStored(vref: VRef, collectionID: string): void;
  addInMemory(vref: VRef, entries: WeakEntries): void;
  removeInMemory(vref: VRef, entries: WeakEntries): void;
  isRecognizable(vref: VRef): boolean;
  /**
   * `vref` will never be recognized again (each facet, if it names a cohort): deletes the entries
   * that have it as their key. True if collecting again may find more.
   */
  readonly cease: (vref: VRef) => boolean;
  /** As `cease`, for collections in memory only. */
  ceaseInMemory(vref: VRef): boolean;
  readonly countFor: (vref: VRef) => number;
  readonly inMemory: ReadonlyMap<VRef, ReadonlySet<WeakEntries>>;
}

/** @param deleteEntry deletes an entry of a weak collection in the vatstore; true if heap values were released */
export const makeRecognizers = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreSet' | 'vatstoreDelete' | 'vatstoreGetNextKey'>,
  kinds: KindRegistry,
  possiblyDead: PossiblyDead,
  deleteEntry: (collectionID: string, key: VRef) => boolean,
): Recognizers => {
  const inMemory = new Map<VRef, Set<WeakEntries>>();

  /** Only an import is retired by telling the kernel. What is ours is retired when it is deleted. */
  const addForgotten = (vref: VRef): void => {
    if (isImport(vref)) possiblyDead.retired.add(vref);
  };

  const ceaseOneInMemory = (vref: VRef): boolean => {
    let mayFindMore = false;
    for (const entries of inMemory.get(vref) ?? []) {
      entries.delete(vref);
      if (entries instanceof Map) mayFindMore = true;
    }
    inMemory.delete(vref);
    return mayFindMore;
  };

  const ceaseOne = (vref: VRef): boolean => {
    let mayFindMore = ceaseOneInMemory(vref);
    const prefix = prefixOf(vref);
    for (const key of keysWithPrefix(syscall, prefix)) {
      syscall.vatstoreDelete(key);
      mayFindMore = deleteEntry(key.slice(prefix.length), vref) || mayFindMore;
    }
    return mayFindMore;
  };

  /** `cease` for a vref, or for each facet if it names a cohort. */
  const forFacets = (vref: VRef, cease: (vref: VRef) => boolean): boolean => {
    const facets =
      isVirtualOrDurable(vref) && facetOf(vref) === undefined
        ? kinds.get(kindOf(vref))?.facetNames
        : undefined;
    if (facets === undefined) return cease(vref);
    let mayFindMore = false;
    facets.forEach((_name, index) => {
      mayFindMore = cease(formatFacet(vref, index)) || mayFindMore;
    });
    return mayFindMore;
  };

  return {
    addStored(vref, collectionID) {
      syscall.vatstoreSet(`${prefixOf(vref)}${collectionID}`, '1');
    },
    removeStored(vref, collectionID) {
      syscall.vatstoreDelete(`${prefixOf(vref)}${collectionID}`);
      addForgotten(vref);
    },
    addInMemory(vref, entries) {
      const all = inMemory.get(vref);
      if (all === undefined) inMemory.set(vref, new Set([entries]));
      else all.add(entries);
    },
    removeInMemory(vref, entries) {
      const all = inMemory.get(vref);
      if (all?.delete(entries) && all.size === 0) {
        inMemory.delete(vref);
        addForgotten(vref);
      }
    },
    isRecognizable(vref) {
      if (inMemory.has(vref)) return true;
      const prefix = prefixOf(vref);
      return syscall.vatstoreGetNextKey(prefix)?.startsWith(prefix) ?? false;
    },
    cease: (vref) => forFacets(vref, ceaseOne),
    ceaseInMemory: (vref) => forFacets(vref, ceaseOneInMemory),
    countFor(vref) {
      let count = inMemory.get(vref)?.size ?? 0;
      for (const _key of keysWithPrefix(syscall, prefixOf(vref))) count += 1;
      return count;
    },
    inMemory,
  };
};
