/** Collections in memory, with the methods of those in the vatstore: for vats that choose where to keep things by choosing a zone. */
import { makeError, q, X } from '@endo/errors';
import { Far, passStyleOf } from '@endo/pass-style';
import { matches, type Pattern } from '@endo/patterns';
import { makeCopyMap, makeCopySet, mustMatch } from '../endo.js';
import { insistStoreOptions, type StoreOptions } from '../collections/store-options.js';
import type { MapStore, SetStore, WeakMapStore, WeakSetStore } from '../vat-data.js';

const insistKey = (label: string, key: unknown, { keyShape }: StoreOptions): void => {
  (passStyleOf as (value: unknown) => string)(key);
  if (keyShape !== undefined) {
    mustMatch(key, keyShape, `invalid key type for collection ${JSON.stringify(label)}`);
  }
};
const insistValue = (label: string, value: unknown, { valueShape }: StoreOptions): void => {
  (passStyleOf as (value: unknown) => string)(value);
  if (valueShape !== undefined) {
    mustMatch(value, valueShape, `invalid value type for collection ${JSON.stringify(label)}`);
  }
};

const isMatch = (value: unknown, pattern: Pattern | undefined): boolean =>
  pattern === undefined || matches(value, pattern);

const makeMapMethods = <K, V>(
  label: string,
  options: StoreOptions,
  map: Pick<Map<K, V>, 'has' | 'get' | 'set' | 'delete'>,
): WeakMapStore<K, V> => {
  insistStoreOptions(`the collection ${JSON.stringify(label)}`, options);
  const insistThere = (key: K): void => {
    if (!map.has(key)) throw makeError(X`key ${key} not found in collection ${q(label)}`);
  };
  const put = (key: K, value: V): void => {
    insistKey(label, key, options);
    insistValue(label, value, options);
    map.set(key, value);
  };
  return {
    has: (key) => map.has(key),
    get(key) {
      insistThere(key);
      return map.get(key) as V;
    },
    init(key, value) {
      if (map.has(key)) {
        throw makeError(X`key ${key} already registered in collection ${q(label)}`);
      }
      put(key, value);
    },
    set(key, value) {
      insistThere(key);
      put(key, value);
    },
    delete(key) {
      insistThere(key);
      map.delete(key);
    },
    addAll(entries) {
      for (const [key, value] of entries) put(key, value);
    },
  };
};

/** Entries are walked in the order in which they were added. */
export const makeHeapMapStore = <K, V>(
  label: string,
  options: StoreOptions = {},
): MapStore<K, V> => {
  const map = new Map<K, V>();
  function* entries(keyPattern?: Pattern, valuePattern?: Pattern): Generator<[K, V], void> {
    for (const [key, value] of map) {
      if (isMatch(key, keyPattern) && isMatch(value, valuePattern)) yield [key, value];
    }
  }
  return Far('mapStore', {
    ...makeMapMethods(label, options, map),
    entries,
    *keys(keyPattern?: Pattern, valuePattern?: Pattern) {
      for (const [key] of entries(keyPattern, valuePattern)) yield key;
    },
    *values(keyPattern?: Pattern, valuePattern?: Pattern) {
      for (const [, value] of entries(keyPattern, valuePattern)) yield value;
    },
    snapshot: (keyPattern?: Pattern, valuePattern?: Pattern): unknown =>
      makeCopyMap(entries(keyPattern, valuePattern)),
    getSize: (keyPattern?: Pattern, valuePattern?: Pattern) =>
      [...entries(keyPattern, valuePattern)].length,
    clear(keyPattern?: Pattern, valuePattern?: Pattern) {
      for (const [key] of entries(keyPattern, valuePattern)) map.delete(key);
    },
  });
};

export const makeHeapWeakMapStore = <K, V>(
  label: string,
  options: StoreOptions = {},
): WeakMapStore<K, V> =>
  Far(
    'weakMapStore',
    makeMapMethods<K, V>(label, options, new WeakMap<object, V>() as unknown as Map<K, V>),
  );

const makeSetMethods = <K>(
  label: string,
  options: StoreOptions,
  set: Pick<Set<K>, 'has' | 'add' | 'delete'>,
): WeakSetStore<K> => {
  insistStoreOptions(`the collection ${JSON.stringify(label)}`, options);
  const add = (key: K): void => {
    insistKey(label, key, options);
    set.add(key);
  };
  return {
    has: (key) => set.has(key),
    add,
    delete(key) {
      if (!set.delete(key)) throw makeError(X`key ${key} not found in collection ${q(label)}`);
    },
    addAll(keys) {
      for (const key of keys) add(key);
    },
  };
};

export const makeHeapSetStore = <K>(label: string, options: StoreOptions = {}): SetStore<K> => {
  const set = new Set<K>();
  function* keys(keyPattern?: Pattern): Generator<K, void> {
    for (const key of set) if (isMatch(key, keyPattern)) yield key;
  }
  return Far('setStore', {
    ...makeSetMethods(label, options, set),
    keys,
    values: (keyPattern?: Pattern) => keys(keyPattern),
    snapshot: (keyPattern?: Pattern): unknown => makeCopySet(keys(keyPattern)),
    getSize: (keyPattern?: Pattern) => [...keys(keyPattern)].length,
    clear(keyPattern?: Pattern) {
      for (const key of keys(keyPattern)) set.delete(key);
    },
  });
};

export const makeHeapWeakSetStore = <K>(
  label: string,
  options: StoreOptions = {},
): WeakSetStore<K> =>
  Far('weakSetStore', makeSetMethods<K>(label, options, new WeakSet<object>() as never));
