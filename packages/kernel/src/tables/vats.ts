import { formatVatID, type Tables, type VatID, type VatOptions } from '@cooperage/types';
import { panic } from '../panic.js';
import type { CellCache } from './cells.js';
import type { Counters } from './counters.js';
import { makeLiving } from './living.js';
import { bulkOf } from './remains.js';
import { endOf, keys } from './schema.js';

export interface Vats {
  add(options: VatOptions): VatID;
  isAlive(vatID: VatID): boolean;
  options(vatID: VatID): VatOptions;
  setOptions(vatID: VatID, options: VatOptions): void;
  /** Living vats, oldest first. */
  list(): VatID[];
  /** How many live. */
  readonly count: number;
  /** Deletes every row of the vat but for those that are left to be swept. */
  deleteRows(vatID: VatID): void;
  /** What the crank made and ended stands. */
  settle(): void;
  /** After an aborted crank: it has made and ended none. */
  forget(): void;
}

export const makeVats = (tables: Tables, cache: CellCache, counters: Counters): Vats => {
  const cells = cache.make((text) => JSON.parse(text) as VatOptions, JSON.stringify);
  const isAlive = (vatID: VatID): boolean => cells.get(keys.options(vatID)) !== undefined;
  const living = makeLiving(tables, isAlive);
  return {
    isAlive,
    add: (options) => {
      const vatID = formatVatID(counters.next(keys.counter('vat')));
      living.add(vatID);
      cells.add(keys.options(vatID), options);
      return vatID;
    },
    options: (vatID) => cells.get(keys.options(vatID)) ?? panic(`${vatID} has no options`),
    setOptions: (vatID, options) => cells.set(keys.options(vatID), options),
    list: () => living.list(),
    get count() {
      return living.count;
    },
    settle: () => living.settle(),
    forget: () => living.forget(),
    deleteRows: (vatID) => {
      living.delete(vatID);
      const prefix = `${vatID}.`;
      cache.flush();
      let from = prefix;
      for (const [start, end] of bulkOf(vatID)) {
        for (const key of [...tables.keys(from, start)]) tables.delete(key);
        from = end;
      }
      for (const key of [...tables.keys(from, endOf(prefix))]) tables.delete(key);
      cache.forget();
    },
  };
};
