/**
 * The two-way table between values and vrefs.
 *
 * Values are held weakly in both directions; code that needs a value to stay
 * holds it somewhere else (exports, promises, data). An entry goes through:
 * in memory → unreachable → collected by the engine (the WeakRef is empty) →
 * finalized (the entry is gone, the reference is possibly dead). `has` is true
 * until finalized, because until then a finalizer will still come: to count a
 * collected value as gone already would report its death twice.
 *
 * For a kind with several facets, the base reference stands for the cohort,
 * and each facet has a vref of its own.
 */
import { makeError, X } from '@endo/errors';
import type { GcTools, VRef } from '@cooperage/types';
import { formatFacet, isObject } from './vref.js';

export interface SlotTable {
  vrefOf(value: object): VRef | undefined;
  /** What `base` names, if it is in memory now. Depends on the collector: unmetered code only. */
  valueOf(base: VRef): object | undefined;
  /** What `base` names, which is known to be retained. */
  heldValueOf(base: VRef): object;
  /** True until the finalizer has run. */
  has(base: VRef): boolean;
  /** Names a value, and watches it if it is an object: its death is reported. */
  add(vref: VRef, value: object): void;
  /** Names the facets of a cohort, in the order of their indexes, and watches the cohort. */
  addCohort(base: VRef, cohort: object, facets: readonly object[]): void;
  /** Names a value whose collection needs no notice. */
  addUnwatched(vref: VRef, value: object): void;
  remove(vref: VRef, value: object): void;
  /** The vref names nothing any more, though its value may still be in memory, unreachable. */
  forget(base: VRef): void;
  readonly size: number;
  /** For tests. */
  readonly slotToVal: ReadonlyMap<VRef, WeakRef<object>>;
  readonly valToSlot: WeakMap<object, VRef>;
}

/** @param onFinalized called with the base reference of each watched value that was collected */
export const makeSlotTable = (
  { WeakRef, FinalizationRegistry }: Pick<GcTools, 'WeakRef' | 'FinalizationRegistry'>,
  onFinalized: (base: VRef) => void,
): SlotTable => {
  const valToSlot = new WeakMap<object, VRef>();
  const slotToVal = new Map<VRef, WeakRef<object>>();

  const registry = new FinalizationRegistry((base: VRef) => {
    // The reference may have come back meanwhile, with a new value; and finalizers of several
    // values of one reference may be queued. Only an entry that exists and is empty counts.
    const ref = slotToVal.get(base);
    if (ref !== undefined && ref.deref() === undefined) {
      slotToVal.delete(base);
      onFinalized(base);
    }
  });

  const addUnwatched = (vref: VRef, value: object): void => {
    slotToVal.set(vref, new WeakRef(value));
    valToSlot.set(value, vref);
  };

  return {
    vrefOf: (value) => valToSlot.get(value),
    valueOf: (base) => slotToVal.get(base)?.deref(),
    heldValueOf(base) {
      const value = slotToVal.get(base)?.deref();
      if (value === undefined) throw makeError(X`no value for ${base}`);
      return value;
    },
    has: (base) => slotToVal.has(base),
    add(vref, value) {
      addUnwatched(vref, value);
      if (isObject(vref)) registry.register(value, vref, value);
    },
    addCohort(base, cohort, facets) {
      slotToVal.set(base, new WeakRef(cohort));
      facets.forEach((facet, index) => valToSlot.set(facet, formatFacet(base, index)));
      registry.register(cohort, base, cohort);
    },
    addUnwatched,
    remove(vref, value) {
      valToSlot.delete(value);
      slotToVal.delete(vref);
    },
    forget(base) {
      slotToVal.delete(base);
    },
    get size() {
      return slotToVal.size;
    },
    slotToVal,
    valToSlot,
  };
};
