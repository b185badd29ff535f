import { byNumber, isVatID, type Tables, type VatID } from '@cooperage/types';
import { endOf } from '../schema.js';

/**
 * The living vats: read from the rows at first use, and kept up to date from then on. So terminated vats cost
 * nothing.
 */
export interface Living {
  /** Oldest first. */
  list(): VatID[];
  readonly count: number;
  /** Adds the newest vat. */
  add(vatID: VatID): void;
  delete(vatID: VatID): void;
  /** The crank was accepted. */
  settle(): void;
  /** The crank was aborted. */
  forget(): void;
  /** Call it between two slices of the crank: readers do not see it. */
  suspend(): void;
  /** The next slice begins. */
  resume(): void;
}

const firstKey = (tables: Tables, from: string): string | undefined => {
  for (const key of tables.keys(from, 'w')) return key;
  return undefined;
};

/** In key order; skips from one vat to the next, however many rows each has. */
const idsIn = function* (tables: Tables): IterableIterator<VatID> {
  for (let key = firstKey(tables, 'v'); key !== undefined;) {
    const id = key.slice(0, Math.max(0, key.indexOf('.')));
    if (isVatID(id)) yield id;
    key = firstKey(tables, isVatID(id) ? endOf(`${id}.`) : `${key}\0`);
  }
};

export const makeLiving = (tables: Tables, isAlive: (vatID: VatID) => boolean): Living => {
  let living: Set<VatID> | undefined;
  /** Added in this crank. */
  let added: VatID[] = [];
  let deleted: VatID[] = [];

  const known = (): Set<VatID> => {
    // The vats of this crank may not be among the rows yet.
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
      // Some may be in both.
      for (const vatID of added) living?.add(vatID);
      for (const vatID of deleted) living?.delete(vatID);
    },
  };
};
