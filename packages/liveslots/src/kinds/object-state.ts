/**
 * The state of virtual and durable objects: a row for each object, under
 * `vom.<base>`, that holds the capdata of each property.
 *
 * User code sees a `state` object with an accessor for each property. It reads
 * what is in the cache of the crank and writes through it, keeping the counts
 * of what the state names.
 */
import { makeError, X } from '@endo/errors';
import harden from '@endo/harden';
import type { CapData, LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { CapDataLimits } from '../refs/capdata-limits.js';
import { makeCrankCache } from './crank-cache.js';
import type { Decode } from '../refs/decoder.js';
import type { Durability } from './durability.js';
import type { Encoder } from '../refs/encoder.js';
import type { ReferenceCounts } from '../gc/reference-counts.js';

interface Property {
  data: CapData<VRef>;
  /** The value that `data` is of; undefined until it is read. */
  value: unknown;
  isDecoded: boolean;
}

/** In the order in which `init` made them. */
type StateRecord = Map<string, Property>;

/** How the properties of one kind are checked. Throws for what does not belong there. */
export type CheckProperty = (value: unknown, name: string) => void;

export interface StateAccess {
  /** Makes the `state` that methods of `base` use in this crank. */
  makeState(base: VRef): object;
  /** Stores the first state of a new object. */
  init(base: VRef, initial: object): void;
}

export interface ObjectState {
  /**
   * @param names the properties of all objects of the kind, if they are known
   * @param isDurable the state may name only durable objects
   */
  makeAccess(
    names: readonly string[] | undefined,
    check: CheckProperty,
    isDurable: boolean,
  ): StateAccess;
  /** Deletes an object's state. True if heap values were released. */
  readonly delete: (base: VRef) => boolean;
  flush(): void;
}

const { defineProperty } = Object;

export interface ObjectStatePowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet' | 'vatstoreDelete'>;
  readonly counts: ReferenceCounts;
  readonly durability: Durability;
  readonly encoder: Encoder;
  readonly decode: Decode;
  readonly limits: CapDataLimits;
}

export const makeObjectState = ({
  syscall,
  counts,
  durability,
  encoder,
  decode,
  limits,
}: ObjectStatePowers): ObjectState => {
  const cache = makeCrankCache<StateRecord>({
    read(base) {
      const row = syscall.vatstoreGet(`vom.${base}`);
      if (row === undefined) throw makeError(X`the object ${base} has no state`);
      const stored = JSON.parse(row) as Record<string, CapData<VRef>>;
      return new Map(
        Object.entries(stored).map(([name, data]) => [
          name,
          { data, value: undefined, isDecoded: false },
        ]),
      );
    },
    write(base, record) {
      const stored = Object.fromEntries([...record].map(([name, { data }]) => [name, data]));
      syscall.vatstoreSet(`vom.${base}`, JSON.stringify(stored));
    },
    delete(base) {
      syscall.vatstoreDelete(`vom.${base}`);
    },
  });

  /** The object whose state this is: accessors work on nothing else. */
  const bases = new WeakMap<object, VRef>();
  const baseOf = (state: object): VRef => {
    const base = bases.get(state);
    if (base === undefined) throw makeError(X`state accessors can only be applied to state`);
    return base;
  };

  const encodeProperty = (value: unknown, name: string, isDurable: boolean): CapData<VRef> => {
    const data = encoder.encode(value);
    limits.insistFits([data]);
    if (isDurable) durability.insistProperty(name, data);
    return data;
  };

  const makeAccess = (
    names: readonly string[] | undefined,
    check: CheckProperty,
    isDurable: boolean,
  ): StateAccess => {
    const makeAccessor = (name: string): PropertyDescriptor =>
      harden({
        get(this: object): unknown {
          const record = cache.get(baseOf(this));
          const property = record.get(name);
          if (property?.isDecoded) return property.value;
          const value = property === undefined ? undefined : decode(property.data);
          check(value, name);
          if (property !== undefined) {
            property.value = value;
            property.isDecoded = true;
          }
          return value;
        },
        set(this: object, value: unknown): void {
          const base = baseOf(this);
          check(value, name);
          const data = encodeProperty(value, name, isDurable);
          const record = cache.get(base);
          const property = record.get(name);
          counts.update(property?.data.slots ?? [], data.slots);
          if (property === undefined) {
            record.set(name, { data, value, isDecoded: true });
          } else {
            property.data = data;
            property.value = value;
            property.isDecoded = true;
          }
          cache.set(base, record);
        },
        enumerable: true,
        configurable: false,
      });

    const accessors = new Map<string, PropertyDescriptor>();
    const accessorOf = (name: string): PropertyDescriptor => {
      let accessor = accessors.get(name);
      if (accessor === undefined) accessors.set(name, (accessor = makeAccessor(name)));
      return accessor;
    };

    const prototype = {};
    for (const name of names ?? []) defineProperty(prototype, name, accessorOf(name));
    harden(prototype);

    return {
      makeState(base) {
        const state = { __proto__: prototype };
        if (names === undefined) {
          for (const name of cache.get(base).keys()) defineProperty(state, name, accessorOf(name));
        }
        harden(state);
        bases.set(state, base);
        return state;
      },
      init(base, initial) {
        const record: StateRecord = new Map();
        for (const name of Object.getOwnPropertyNames(initial)) {
          const value = (initial as Record<string, unknown>)[name];
          check(value, name);
          const data = encodeProperty(value, name, isDurable);
          record.set(name, { data, value, isDecoded: true });
        }
        // Only now, when nothing can fail any more: all counted references must be stored.
        for (const { data } of record.values()) data.slots.forEach(counts.add);
        cache.set(base, record);
      },
    };
  };

  return {
    makeAccess,
    delete(base) {
      let hasReleased = false;
      for (const { data } of cache.get(base).values()) {
        hasReleased = counts.removeAll(data.slots) || hasReleased;
      }
      cache.delete(base);
      return hasReleased;
    },
    flush: () => cache.flush(),
  };
};
