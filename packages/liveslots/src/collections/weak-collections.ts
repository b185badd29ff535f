/**
 * `WeakMap` and `WeakSet` for user code. A key that has a reference (an import,
 * a virtual or durable object) is remembered by its vref, so that an entry is
 * found again after its representative was collected and made anew: otherwise
 * user code could observe the collector. Other keys are the engine's business.
 */
import harden from '@endo/harden';
import type { GcTools, VRef } from '@cooperage/types';
import type { Recognizers, WeakEntries } from '../gc/recognizers.js';
import type { Representatives } from '../kinds/representatives.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isLocal, isObject, isVirtualOrDurable } from '../refs/vref.js';

export interface WeakCollections {
  readonly WeakMap: WeakMapConstructor;
  readonly WeakSet: WeakSetConstructor;
  /** How many entries are kept by vref; for tests. */
  readonly entryCount: (collection: object) => number;
  readonly registry: FinalizationRegistry<{ readonly entries: WeakEntries }>;
}

const RealWeakMap = WeakMap;
const RealWeakSet = WeakSet;

export const makeWeakCollections = (
  gcTools: Pick<GcTools, 'WeakRef' | 'FinalizationRegistry'>,
  slots: SlotTable,
  recognizers: Recognizers,
  representatives: Representatives,
): WeakCollections => {
  /** A deleted collection recognizes its keys no more. */
  const registry = new gcTools.FinalizationRegistry(
    ({ entries }: { readonly entries: WeakEntries }) => {
      for (const vref of entries.keys()) recognizers.removeInMemory(vref, entries);
    },
  );
  const watch = (collection: object, entries: WeakEntries): void => {
    // Engines that keep the targets of weak references until they are told to collect shall keep this
    // one too, so that its end does not come at a time of its own.
    const held = { entries, wr: new gcTools.WeakRef(collection) };
    registry.register(collection, held);
  };

  /** The vref by which `key` is remembered, if it is one that comes and goes with the collector. */
  const vrefOf = (key: object): VRef | undefined => {
    const vref = slots.vrefOf(key);
    if (vref === undefined || !isObject(vref)) return undefined;
    return isLocal(vref) && !isVirtualOrDurable(vref) ? undefined : vref;
  };

  interface Parts<E extends WeakEntries, W> {
    readonly entries: E;
    readonly weak: W;
    /** Keys without reference that are held all the same. */
    readonly held: Set<object>;
  }
  type MapParts = Parts<Map<VRef, unknown>, WeakMap<object, unknown>>;
  type SetParts = Parts<Set<VRef>, WeakSet<object>>;
  const maps = new RealWeakMap<object, MapParts>();
  const sets = new RealWeakMap<object, SetParts>();

  const partsOf = <P>(table: WeakMap<object, P>, collection: object): P => {
    const parts = table.get(collection);
    if (parts === undefined) throw new TypeError('not a weak collection of this vat');
    return parts;
  };
  const hold = ({ held }: { held: Set<object> }, key: object): void => {
    if (representatives.isUnweakable(key)) held.add(key);
  };

  class VatWeakMap {
    constructor(iterable?: Iterable<readonly [object, unknown]> | null) {
      const parts: MapParts = { entries: new Map(), weak: new RealWeakMap(), held: new Set() };
      maps.set(this, parts);
      watch(this, parts.entries);
      for (const [key, value] of iterable ?? []) this.set(key, value);
    }

    has(key: object): boolean {
      const { entries, weak } = partsOf(maps, this);
      const vref = vrefOf(key);
      return vref === undefined ? weak.has(key) : entries.has(vref);
    }

    get(key: object): unknown {
      const { entries, weak } = partsOf(maps, this);
      const vref = vrefOf(key);
      return vref === undefined ? weak.get(key) : entries.get(vref);
    }

    set(key: object, value: unknown): this {
      const parts = partsOf(maps, this);
      const vref = vrefOf(key);
      if (vref === undefined) {
        parts.weak.set(key, value);
        hold(parts, key);
      } else {
        if (!parts.entries.has(vref)) recognizers.addInMemory(vref, parts.entries);
        parts.entries.set(vref, value);
      }
      return this;
    }

    delete(key: object): boolean {
      const { entries, weak, held } = partsOf(maps, this);
      const vref = vrefOf(key);
      if (vref === undefined) {
        held.delete(key);
        return weak.delete(key);
      }
      if (!entries.delete(vref)) return false;
      recognizers.removeInMemory(vref, entries);
      return true;
    }
  }

  class VatWeakSet {
    constructor(iterable?: Iterable<object> | null) {
      const parts: SetParts = { entries: new Set(), weak: new RealWeakSet(), held: new Set() };
      sets.set(this, parts);
      watch(this, parts.entries);
      for (const key of iterable ?? []) this.add(key);
    }

    has(key: object): boolean {
      const { entries, weak } = partsOf(sets, this);
      const vref = vrefOf(key);
      return vref === undefined ? weak.has(key) : entries.has(vref);
    }

    add(key: object): this {
      const parts = partsOf(sets, this);
      const vref = vrefOf(key);
      if (vref === undefined) {
        parts.weak.add(key);
        hold(parts, key);
      } else if (!parts.entries.has(vref)) {
        recognizers.addInMemory(vref, parts.entries);
        parts.entries.add(vref);
      }
      return this;
    }

    delete(key: object): boolean {
      const { entries, weak, held } = partsOf(sets, this);
      const vref = vrefOf(key);
      if (vref === undefined) {
        held.delete(key);
        return weak.delete(key);
      }
      if (!entries.delete(vref)) return false;
      recognizers.removeInMemory(vref, entries);
      return true;
    }
  }

  const dress = (constructor: typeof VatWeakMap | typeof VatWeakSet, name: string): void => {
    Object.defineProperty(constructor, 'name', { value: name });
    Object.defineProperty(constructor.prototype, Symbol.toStringTag, {
      value: name,
      writable: false,
      enumerable: false,
      configurable: true,
    });
    harden(constructor);
  };
  dress(VatWeakMap, 'WeakMap');
  dress(VatWeakSet, 'WeakSet');

  return {
    WeakMap: VatWeakMap as unknown as WeakMapConstructor,
    WeakSet: VatWeakSet as unknown as WeakSetConstructor,
    entryCount: (collection) => (maps.get(collection) ?? sets.get(collection))?.entries.size ?? 0,
    registry,
  };
};
