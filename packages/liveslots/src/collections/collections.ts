/** How vats make collections, and how these come back and go. */
import { makeError, X } from '@endo/errors';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import { assertPattern, M, type Pattern } from '@endo/patterns';
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import { STORE_KINDS, type BuiltinKinds, type StoreKindName } from '../kinds/builtin-kinds.js';
import { collectionPrefix } from './collection-entry.js';
import type { CollectionParts } from './collection-parts.js';
import { SCHEMATA } from './collection-schemas.js';
import { insistStoreOptions, type StoreOptions } from './store-options.js';
import { initCollection, makeCollection, type Collection } from './collection.js';
import type { IdCounters } from '../refs/id-counters.js';
import type { KindRegistry } from '../kinds/kind-registry.js';
import type { SlotTable } from '../refs/slot-table.js';
import { formatInstance, instanceOf, kindOf } from '../refs/vref.js';
import { keysWithPrefix } from '../refs/vatstore-keys.js';

type MakeStore = (label?: string, options?: StoreOptions) => object;

export interface Collections {
  load(builtin: BuiltinKinds): void;
  readonly makeScalarBigMapStore: MakeStore;
  readonly makeScalarBigWeakMapStore: MakeStore;
  readonly makeScalarBigSetStore: MakeStore;
  readonly makeScalarBigWeakSetStore: MakeStore;
  /** A durable map whose keys are strings: what the baggage is. */
  makeStringMapStore(label: string): object;
  kindIDOf(name: StoreKindName): string;
  /** The number of entries, for tests. */
  sizeOf(vref: VRef): number;
}

type Face = 'Map' | 'WeakMap' | 'Set' | 'WeakSet';

/** The methods that user code gets. */
const faces: Readonly<Record<Face, (collection: Collection) => object>> = {
  WeakMap: ({ has, get, init, set, delete: remove, addEntries }) =>
    Far('weakMapStore', { has, get, init, set, delete: remove, addAll: addEntries }),
  Map: ({ has, get, init, set, delete: remove, addEntries, ...all }) =>
    Far('mapStore', {
      has,
      get,
      init,
      set,
      delete: remove,
      addAll: addEntries,
      keys: all.keys,
      values: all.values,
      entries: all.entries,
      snapshot: all.snapshotEntries,
      getSize: all.getSize,
      clear: all.clear,
    }),
  WeakSet: ({ has, add, delete: remove, addKeys }) =>
    Far('weakSetStore', { has, add, delete: remove, addAll: addKeys }),
  Set: ({ has, add, delete: remove, addKeys, keys, snapshotKeys, getSize, clear }) =>
    Far('setStore', {
      has,
      add,
      delete: remove,
      addAll: addKeys,
      keys: (pattern?: Pattern) => keys(pattern),
      values: (pattern?: Pattern) => keys(pattern),
      snapshot: (pattern?: Pattern) => snapshotKeys(pattern),
      getSize: (pattern?: Pattern) => getSize(pattern),
      clear,
    }),
};

const faceOf = (name: StoreKindName): Face =>
  `${name.includes('Weak') ? 'Weak' : ''}${name.endsWith('MapStore') ? 'Map' : 'Set'}`;

const traitsOf = (name: StoreKindName) => ({
  isWeak: name.includes('Weak'),
  isDurable: name.includes('Durable'),
});

export const makeCollections = (
  parts: CollectionParts & { readonly syscall: LiveSlotsSyscall },
  slots: SlotTable,
  ids: IdCounters,
  kinds: KindRegistry,
): Collections => {
  const { syscall, schemas, counts, durability, encoder, generations } = parts;
  let kindIDs: BuiltinKinds['stores'] | undefined;
  const names = new Map<string, StoreKindName>();

  const kindIDOf = (name: StoreKindName): string => {
    if (kindIDs === undefined) throw makeError(X`collections are not loaded yet`);
    return kindIDs[name];
  };

  const summon = (name: StoreKindName, collectionID: string): Collection =>
    makeCollection(parts, collectionID, traitsOf(name));

  const deleteStored = (name: StoreKindName, base: VRef): boolean => {
    const collectionID = instanceOf(base);
    let hasReleased = summon(name, collectionID).deleteEntries();
    hasReleased = counts.removeAll(schemas.get(collectionID).data.slots) || hasReleased;
    for (const key of keysWithPrefix(syscall, `${collectionPrefix(collectionID)}|`)) {
      // The schema is deleted at the end of the crank, by who caches it.
      if (!key.endsWith(SCHEMATA)) syscall.vatstoreDelete(key);
    }
    schemas.delete(collectionID);
    generations.delete(collectionID);
    return hasReleased;
  };

  const make = (
    name: StoreKindName,
    label: string,
    keyShape: Pattern,
    valueShape: Pattern | undefined,
  ): object => {
    if (typeof label !== 'string') {
      throw makeError(X`${label} must be a string: the label of a collection`, TypeError);
    }
    assertPattern(keyShape);
    if (valueShape !== undefined) assertPattern(valueShape);
    const { isWeak, isDurable } = traitsOf(name);
    const collectionID = `${ids.next('collectionID')}`;
    initCollection(parts, collectionID, isWeak);
    const schema = harden({ label, keyShape, ...(valueShape === undefined ? {} : { valueShape }) });
    const data = encoder.encode(schema);
    if (isDurable) durability.insistValue(schema, data);
    data.slots.forEach(counts.add);
    schemas.set(collectionID, harden({ label, keyShape, valueShape, data }));

    const store = faces[faceOf(name)](summon(name, collectionID));
    slots.add(formatInstance(kindIDOf(name), collectionID, isDurable), store);
    return store;
  };

  /** Keys are scalars: what has one encoding and can be compared. */
  const scalarMaker =
    (face: Face, defaultLabel: string): MakeStore =>
    (label = defaultLabel, options = {}) => {
      const { keyShape, valueShape, durable = false } = options;
      insistStoreOptions(`makeScalarBig${face}Store`, options);
      return make(
        `scalar${durable ? 'Durable' : ''}${face}Store`,
        label,
        keyShape === undefined ? M.scalar() : M.and(M.scalar(), harden(keyShape)),
        harden(valueShape),
      );
    };

  return {
    load({ stores }) {
      kindIDs = stores;
      for (const name of STORE_KINDS) {
        names.set(stores[name], name);
        kinds.register(stores[name], {
          durable: traitsOf(name).isDurable,
          facetNames: undefined,
          reanimate: (base) => faces[faceOf(name)](summon(name, instanceOf(base))),
          deleteStored: (base) => deleteStored(name, base),
        });
      }
    },
    makeScalarBigMapStore: scalarMaker('Map', 'map'),
    makeScalarBigWeakMapStore: scalarMaker('WeakMap', 'weakMap'),
    makeScalarBigSetStore: scalarMaker('Set', 'set'),
    makeScalarBigWeakSetStore: scalarMaker('WeakSet', 'weakSet'),
    makeStringMapStore: (label) => make('scalarDurableMapStore', label, M.string(), undefined),
    kindIDOf,
    sizeOf(vref) {
      const name = names.get(kindOf(vref));
      if (name === undefined) throw makeError(X`${vref} is not a collection`);
      let size = 0;
      for (const _key of summon(name, instanceOf(vref)).keys()) size += 1;
      return size;
    },
  };
};
