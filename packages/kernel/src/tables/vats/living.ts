import { byNumber, isVatID, type Tables, type VatID } from '@cooperage/types';
import { endOf } from '../schema.js';

/**
 * Which vats live: found in the rows when it is first asked, and kept up to date from then on. So neither a vat that is
 * no more nor how many there ever were costs anything.
 */
export interface Living {
  /** Oldest first. */
  list(): VatID[];
  readonly count: number;
  /** The newest one. */
  add(vatID: VatID): void;
  delete(vatID: VatID): void;
  /** The crank stands. */
  settle(): void;
  /** The crank has not happened. */
  forget(): void;
  /** Between two slices of the crank: it has not happened yet. */
  suspend(): void;
  /** The crank goes on. */
  resume(): void;
}

const firstKey = (tables: Tables, from: string): string | undefined => {
  for (const key of tables.keys(from, 'w')) return key;
  return undefined;
};

/** In key order: from one vat to the next, however many rows each has. */
const idsIn = function* (tables: Tables): IterableIterator<VatID> {
  for (let key = firstKey(tables, 'v'); key !== undefined;) {
    const id = key.slice(0, Math.max(0, key.indexOf('.')));
    if (isVatID(id)) yield id;
    key = firstKey(tables, isVatID(id) ? endOf(`${id}.`) : `${key}\0`);
  }
};

export const makeLiving = (tables: Tables, isAlive: (vatID: VatID) => boolean): Living => {
  let living: Set<VatID> | undefined;
  /** In this crank. */
  let added: VatID[] = [];
  let deleted: VatID[] = [];

  const known = (): Set<VatID> => {
    // What this crank has made may not be among the rows yet.
    living ??= new Set([...idsIn(tables), ...added].filter(isAlive).sort(byNumber));
    return living;
  };

  const undo = (): void => {
    if (living === undefined || added.length + deleted.length === 0) return;
    for (const vatID of deleted) living.add(vatID);
    for (const vatID of added) living.delete(vatID);
    living = new Set([...living].sort(byNumber));
  };

  return {
    list: () => [...known()],
    get count() {
      return known().size;
    },
    add: (vatID) => {
      added.push(vatID);
      living?.add(vatID);
    },
    delete: (vatID) => {
      deleted.push(vatID);
      living?.delete(vatID);
    },
    settle: () => {
      added = [];
      deleted = [];
    },
    forget: () => {
      undo();
      added = [];
      deleted = [];
    },
    suspend: undo,
    resume: () => {
      // Some may be among both.
      for (const vatID of added) living?.add(vatID);
      for (const vatID of deleted) living?.delete(vatID);
    },
  };
};
