import type { ErrorCode, KObject, KPromise, Tables, VatID } from '@cooperage/types';
import type { Counters } from '../counters.js';
import { endOf, keys, numberAtEnd } from '../schema.js';

/** A requested vat that is not announced yet. */
export interface Creation {
  readonly vatID: VatID;
  readonly root: KObject;
  /** Settled when the vat is announced. */
  readonly result: KPromise;
  readonly state: 'booting' | 'ready' | 'failed';
  /** The reason of its failure. */
  readonly error?: string;
  /** The error code, and the name of the vat. */
  readonly code?: ErrorCode;
  readonly name?: string;
}

/** The durable queue of creations, in the order of the requests. */
export interface Creations {
  append(creation: Creation): void;
  /** The oldest creation, and its place in the queue. */
  first(): readonly [place: number, creation: Creation] | undefined;
  find(vatID: VatID): readonly [place: number, creation: Creation] | undefined;
  put(place: number, creation: Creation): void;
  delete(place: number): void;
  list(): IterableIterator<readonly [place: number, creation: Creation]>;
}

export const makeCreations = (tables: Tables, counters: Counters): Creations => {
  const prefix = 'creation.';
  function* list(): IterableIterator<readonly [number, Creation]> {
    for (const key of tables.keys(prefix, endOf(prefix))) {
      yield [numberAtEnd(key), JSON.parse(tables.get(key) as string) as Creation];
    }
  }
  const put = (place: number, creation: Creation): void =>
    tables.set(keys.creation(place), JSON.stringify(creation));
  return {
    list,
    put,
    append: (creation) => put(counters.next(keys.counter('creation')), creation),
    first: () => {
      for (const found of list()) return found;
      return undefined;
    },
    find: (vatID) => {
      for (const found of list()) if (found[1].vatID === vatID) return found;
      return undefined;
    },
    delete: (place) => tables.delete(keys.creation(place)),
  };
};
