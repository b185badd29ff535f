/**
 * How often stored data (state of kinds, collections, shapes) names a
 * reference. Counts of imports and of virtual and durable objects are in the
 * vatstore, under `vom.rc.<base>`. A heap object or promise exists only as long
 * as its value does, so its count lives in memory and holds the value.
 */
import { makeError, X } from '@endo/errors';
import { type LiveSlotsSyscall, reachedByDataKey as keyOf, type VRef } from '@cooperage/types';
import type { PossiblyDead } from './possibly-dead.js';
import type { SlotTable } from '../refs/slot-table.js';
import { baseOf, isDevice, isImport, isPromise, isVirtualOrDurable } from '../refs/vref.js';

export interface ReferenceCounts {
  /** Data begins to name `vref`. */
  readonly add: (vref: VRef) => void;
  /** Data no longer names `vref`. True if a heap value was released. */
  remove(vref: VRef): boolean;
  /** `remove` for each. True if any heap value was released. */
  removeAll(vrefs: readonly VRef[]): boolean;
  /** Data that named `before` names `after`. Counts each reference once, in sorted order. */
  update(before: readonly VRef[], after: readonly VRef[]): void;
  /** The stored count of an import, or of a virtual or durable object. */
  stored(base: VRef): number;
  /** True while data names this promise. */
  holdsPromise(promise: object): boolean;
  deleteStored(base: VRef): void;
  /** The count of any object; for tests. */
  readonly countOf: (vref: VRef) => number | undefined;
  readonly heldInMemory: ReadonlyMap<object, number>;
}

export const makeReferenceCounts = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet' | 'vatstoreDelete'>,
  slots: SlotTable,
  possiblyDead: PossiblyDead,
): ReferenceCounts => {
  const inMemory = new Map<object, number>();

  const isStored = (vref: VRef): boolean => isImport(vref) || isVirtualOrDurable(vref);
  const stored = (base: VRef): number => Number(syscall.vatstoreGet(keyOf(base)) ?? 0);

  const add = (vref: VRef): void => {
    if (isStored(vref)) {
      const base = baseOf(vref);
      syscall.vatstoreSet(keyOf(base), `${stored(base) + 1}`);
    } else if (!isDevice(vref)) {
      const value = slots.heldValueOf(vref);
      inMemory.set(value, (inMemory.get(value) ?? 0) + 1);
    }
  };

  const remove = (vref: VRef): boolean => {
    if (isStored(vref)) {
      const base = baseOf(vref);
      const count = stored(base);
      if (count <= 0) throw makeError(X`attempt to decref ${base} below 0`);
      if (count > 1) {
        syscall.vatstoreSet(keyOf(base), `${count - 1}`);
      } else {
        syscall.vatstoreDelete(keyOf(base));
        possiblyDead.dead.add(base);
      }
    } else if (!isDevice(vref)) {
      const value = slots.valueOf(vref);
      // Rows of an earlier incarnation may name objects of its heap.
      if (value === undefined) return false;
      const count = inMemory.get(value) ?? 0;
      if (count <= 0) throw makeError(X`attempt to decref ${vref} below 0`);
      if (count === 1) {
        inMemory.delete(value);
        return true;
      }
      inMemory.set(value, count - 1);
    }
    return false;
  };

  return {
    add,
    remove,
    removeAll(vrefs) {
      let hasReleased = false;
      for (const vref of vrefs) hasReleased = remove(vref) || hasReleased;
      return hasReleased;
    },
    update(before, after) {
      if (before.length === 0 && after.length === 0) return;
      const old = new Set(before);
      const fresh = new Set(after);
      for (const vref of [...new Set([...old, ...fresh])].sort()) {
        if (!old.has(vref)) add(vref);
        else if (!fresh.has(vref)) remove(vref);
      }
    },
    stored,
    holdsPromise: (promise) => inMemory.has(promise),
    deleteStored: (base) => syscall.vatstoreDelete(keyOf(base)),
    countOf(vref) {
      if (isPromise(vref)) throw makeError(X`${vref} is not an object`);
      return isStored(vref) ? stored(baseOf(vref)) : inMemory.get(slots.heldValueOf(vref));
    },
    heldInMemory: inMemory,
  };
};
