/**
 * One collection: rows under `vc.<collection>.`, an entry's under its encoded
 * key. Metadata is under keys that begin with `|`, which sorts after them:
 * `|schemata`, `|nextOrdinal`, `|entryCount` (not for weak ones), and for each
 * reference that is a key `|<vref>` with its ordinal.
 */
import { makeError, q, X } from '@endo/errors';
import harden from '@endo/harden';
import { passStyleOf } from '@endo/pass-style';
import { isCopyMap, isCopySet, M, matches, type Pattern } from '@endo/patterns';
import type { CapData, VRef } from '@cooperage/types';
import {
  assertPattern,
  getCopyMapEntries,
  getCopySetKeys,
  getRankCover,
  makeCopyMap,
  makeCopySet,
  mustMatch,
} from '../endo.js';
import { collectionPrefix, ordinalKey } from './collection-entry.js';
import { makeCollectionKeys } from './collection-keys.js';
import { SCHEMATA } from './collection-schemas.js';
import type { CollectionParts } from './collection-parts.js';
import { keysBetween, keysWithPrefix } from '../refs/vatstore-keys.js';

export interface Collection {
  readonly has: (key: unknown) => boolean;
  readonly get: (key: unknown) => unknown;
  readonly init: (key: unknown, value: unknown) => void;
  readonly set: (key: unknown, value: unknown) => void;
  readonly delete: (key: unknown) => void;
  /** Adds a key without a value, unless it is there. */
  readonly add: (key: unknown) => void;
  readonly addEntries: (entries: unknown) => void;
  readonly addKeys: (keys: unknown) => void;
  readonly keys: Walk<unknown>;
  readonly values: Walk<unknown>;
  readonly entries: Walk<[key: unknown, value: unknown]>;
  readonly snapshotKeys: (keyPattern?: Pattern) => unknown;
  readonly snapshotEntries: (keyPattern?: Pattern, valuePattern?: Pattern) => unknown;
  readonly getSize: (keyPattern?: Pattern, valuePattern?: Pattern) => number;
  readonly clear: (keyPattern?: Pattern, valuePattern?: Pattern) => void;
  /** Deletes all entries, and what was counted for them. True if heap values were let go. */
  readonly deleteEntries: () => boolean;
}

/** The entries that match, in the order of their keys. */
type Walk<T> = (keyPattern?: Pattern, valuePattern?: Pattern) => Generator<T, void>;

const ENTRY_COUNT = '|entryCount';
const NEXT_ORDINAL = '|nextOrdinal';
const META = new Set([ENTRY_COUNT, NEXT_ORDINAL, SCHEMATA]);

const isAnything = (pattern: Pattern | undefined): boolean => {
  if (pattern === undefined) return true;
  const record = pattern as unknown as Record<PropertyKey, unknown> | null;
  return (
    typeof record === 'object' && record !== null && record[Symbol.toStringTag] === 'match:any'
  );
};

const isReference = (key: unknown): key is object =>
  typeof key !== 'string' && (passStyleOf as (value: unknown) => string)(key) === 'remotable';

const elementsOf = (
  source: unknown,
  isCopy: (source: unknown) => boolean,
  ofCopy: (source: unknown) => Iterable<unknown>,
): Iterable<unknown> => {
  if (typeof (source as Iterable<unknown>)[Symbol.iterator] === 'function') {
    return source as Iterable<unknown>;
  }
  if (Object.isFrozen(source) && isCopy(source)) return ofCopy(source);
  throw makeError(X`provided data source is not iterable: ${source}`);
};

/** Writes the metadata of a new collection, but for its schema. */
export const initCollection = (
  { syscall }: CollectionParts,
  collectionID: string,
  isWeak: boolean,
): void => {
  const prefix = collectionPrefix(collectionID);
  syscall.vatstoreSet(`${prefix}${NEXT_ORDINAL}`, '1');
  if (!isWeak) syscall.vatstoreSet(`${prefix}${ENTRY_COUNT}`, '0');
};

export const makeCollection = (
  parts: CollectionParts,
  collectionID: string,
  { isWeak, isDurable }: { readonly isWeak: boolean; readonly isDurable: boolean },
): Collection => {
  const { syscall, schemas, counts, recognizers, durability, limits, encoder, decode } = parts;
  const { vrefOf, valueOf, generations } = parts;
  const prefix = collectionPrefix(collectionID);

  const ordinalOf = (vref: VRef): string | undefined =>
    syscall.vatstoreGet(ordinalKey(collectionID, vref));
  const keys = makeCollectionKeys(vrefOf, valueOf, ordinalOf);
  const rowOf = (key: unknown): string => `${prefix}${keys.encode(key)}`;

  const insistKey = (key: unknown): void => {
    const { keyShape, label } = schemas.get(collectionID);
    if (typeof key === 'string' && parts.isPlainScalar(keyShape)) return;
    mustMatch(key, keyShape, `invalid key type for collection ${JSON.stringify(label)}`);
  };

  const insistValue = (value: unknown): void => {
    const { valueShape, label } = schemas.get(collectionID);
    if (valueShape !== undefined) {
      mustMatch(value, valueShape, `invalid value type for collection ${JSON.stringify(label)}`);
    }
  };

  const encodeValue = (value: unknown): CapData<VRef> => {
    insistValue(value);
    const data = encoder.encode(value);
    limits.insistFits([data]);
    if (isDurable) durability.insistValue(value, data);
    return data;
  };

  const decodeValue = (row: string): unknown => {
    const value = decode(JSON.parse(row) as CapData<VRef>);
    insistValue(value);
    return value;
  };

  const changeCount = (by: number): void => {
    if (isWeak) return;
    const key = `${prefix}${ENTRY_COUNT}`;
    syscall.vatstoreSet(key, `${Number(syscall.vatstoreGet(key)) + by}`);
  };

  const has = (key: unknown): boolean => {
    const { keyShape } = schemas.get(collectionID);
    if (!(typeof key === 'string' && parts.isPlainScalar(keyShape)) && !matches(key, keyShape)) {
      return false;
    }
    return isReference(key)
      ? ordinalOf(vrefOf(key)) !== undefined
      : syscall.vatstoreGet(rowOf(key)) !== undefined;
  };

  /** The entry's row and what is in it. */
  const find = (key: unknown): { row: string; text: string } => {
    const isThere = !isReference(key) || ordinalOf(vrefOf(key)) !== undefined;
    const row = isThere ? rowOf(key) : undefined;
    const text = row === undefined ? undefined : syscall.vatstoreGet(row);
    if (row === undefined || text === undefined) {
      const { label } = schemas.get(collectionID);
      throw makeError(X`key ${key} not found in collection ${q(label)}`);
    }
    return { row, text };
  };

  const giveOrdinal = (vref: VRef): void => {
    const key = `${prefix}${NEXT_ORDINAL}`;
    const ordinal = Number(syscall.vatstoreGet(key));
    syscall.vatstoreSet(ordinalKey(collectionID, vref), `${ordinal}`);
    syscall.vatstoreSet(key, `${ordinal + 1}`);
  };

  /** `key` is valid, and not there. */
  const insert = (key: unknown, value: unknown): void => {
    const data = encodeValue(value);
    if (isReference(key)) {
      const vref = vrefOf(key);
      if (isDurable && !durability.isDurable(vref)) {
        throw makeError(X`key (${key}) is not durable in ${value}`);
      }
      giveOrdinal(vref);
      if (isWeak) recognizers.addStored(vref, collectionID);
      else counts.add(vref);
    }
    generations.set(collectionID, (generations.get(collectionID) ?? 0) + 1);
    data.slots.forEach(counts.add);
    syscall.vatstoreSet(rowOf(key), JSON.stringify(data));
    changeCount(1);
  };

  const init = (key: unknown, value: unknown): void => {
    insistKey(key);
    if (has(key)) {
      const { label } = schemas.get(collectionID);
      throw makeError(X`key ${key} already registered in collection ${q(label)}`);
    }
    insert(key, value);
  };

  const set = (key: unknown, value: unknown): void => {
    insistKey(key);
    const data = encodeValue(harden(value));
    const { row, text } = find(key);
    counts.update((JSON.parse(text) as CapData<VRef>).slots, data.slots);
    syscall.vatstoreSet(row, JSON.stringify(data));
  };

  const add = (key: unknown): void => {
    if (has(key)) return;
    insistKey(key);
    insert(key, null);
  };

  const deleteEntry = (key: unknown): void => {
    insistKey(key);
    const { row, text } = find(key);
    counts.removeAll((JSON.parse(text) as CapData<VRef>).slots);
    syscall.vatstoreDelete(row);
    if (isReference(key)) {
      const vref = vrefOf(key);
      syscall.vatstoreDelete(ordinalKey(collectionID, vref));
      if (isWeak) recognizers.removeStored(vref, collectionID);
      else counts.remove(vref);
    }
  };

  /**
   * The entries that match, in the order of their keys. Values that are not asked for are not decoded.
   * Entries may be changed and deleted meanwhile, but none added.
   */
  function* walk(
    wantKeys: boolean,
    wantValues: boolean,
    keyPattern: Pattern = M.any(),
    valuePattern: Pattern = M.any(),
  ): Generator<[key: unknown, value: unknown], void> {
    assertPattern(keyPattern);
    assertPattern(valuePattern);
    const filterKeys = !isAnything(keyPattern);
    const filterValues = !isAnything(valuePattern);
    const [first, end] = getRankCover(keyPattern, keys.encodeAny);
    const generation = generations.get(collectionID);
    const check = (): void => {
      if (generations.get(collectionID) !== generation) {
        throw makeError(X`keys in store cannot be added to during iteration`);
      }
    };
    for (const row of keysBetween(syscall, `${prefix}${first}`, `${prefix}${end}`, check)) {
      const key = wantKeys || filterKeys ? keys.decode(row.slice(prefix.length)) : undefined;
      if (filterKeys && !matches(key, keyPattern)) continue;
      const value =
        wantValues || filterValues ? decodeValue(syscall.vatstoreGet(row) as string) : undefined;
      if (filterValues && !matches(value, valuePattern)) continue;
      yield [key, value];
    }
  }

  // Each of these begins when it is first asked for an element, not when it is made.
  const iterateKeys: Collection['keys'] = (keyPattern, valuePattern) => {
    function* iterate() {
      for (const [key] of walk(true, false, keyPattern, valuePattern)) yield key;
    }
    return harden(iterate)();
  };
  const iterateValues: Collection['values'] = (keyPattern, valuePattern) => {
    function* iterate() {
      for (const [, value] of walk(false, true, keyPattern, valuePattern)) yield value;
    }
    return harden(iterate)();
  };
  const iterateEntries: Collection['entries'] = (keyPattern, valuePattern) => {
    function* iterate() {
      for (const entry of walk(true, true, keyPattern, valuePattern)) yield entry;
    }
    return harden(iterate)();
  };

  /** Without looking at keys: none of them needs to come into memory for it. */
  const deleteEntries = (): boolean => {
    let hasReleased = false;
    for (const row of keysWithPrefix(syscall, prefix)) {
      const encoded = row.slice(prefix.length);
      if (META.has(encoded)) continue;
      if (encoded.startsWith('|')) {
        const vref = encoded.slice(1) as VRef;
        if (isWeak) recognizers.removeStored(vref, collectionID);
        else hasReleased = counts.remove(vref) || hasReleased;
      } else {
        const { slots } = JSON.parse(syscall.vatstoreGet(row) as string) as CapData<VRef>;
        hasReleased = counts.removeAll(slots) || hasReleased;
      }
      syscall.vatstoreDelete(row);
    }
    return hasReleased;
  };

  const getSize: Collection['getSize'] = (keyPattern, valuePattern) => {
    if (isAnything(keyPattern) && isAnything(valuePattern) && !isWeak) {
      return Number(syscall.vatstoreGet(`${prefix}${ENTRY_COUNT}`));
    }
    let size = 0;
    for (const _entry of walk(true, false, keyPattern, valuePattern)) size += 1;
    return size;
  };

  return {
    has,
    get(key) {
      insistKey(key);
      return decodeValue(find(key).text);
    },
    init,
    set,
    delete(key) {
      deleteEntry(key);
      changeCount(-1);
    },
    add,
    addEntries(source) {
      const entries = elementsOf(source, isCopyMap, getCopyMapEntries);
      for (const [key, value] of entries as Iterable<[unknown, unknown]>) {
        if (has(key)) set(key, value);
        else {
          insistKey(key);
          insert(key, value);
        }
      }
    },
    addKeys(source) {
      for (const key of elementsOf(source, isCopySet, getCopySetKeys)) add(key);
    },
    keys: iterateKeys,
    values: iterateValues,
    entries: iterateEntries,
    snapshotKeys: (keyPattern) => makeCopySet(iterateKeys(keyPattern)),
    snapshotEntries: (keyPattern, valuePattern) =>
      makeCopyMap(iterateEntries(keyPattern, valuePattern)),
    getSize,
    clear(keyPattern, valuePattern) {
      if (isAnything(keyPattern) && isAnything(valuePattern)) {
        deleteEntries();
        if (!isWeak) syscall.vatstoreSet(`${prefix}${ENTRY_COUNT}`, '0');
        return;
      }
      let deleted = 0;
      for (const [key] of walk(true, false, keyPattern, valuePattern)) {
        deleteEntry(key);
        deleted += 1;
      }
      changeCount(-deleted);
    },
    deleteEntries,
  };
};
