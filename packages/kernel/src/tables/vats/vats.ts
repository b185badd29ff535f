import {
  formatVatID,
  type Pace,
  type Tables,
  type VatID,
  type VatOptions,
  type Work,
} from '@cooperage/types';
import { panic } from '../../panic.js';
import type { CellCache } from '../cells.js';
import type { Counters } from '../counters.js';
import { makeLiving } from './living.js';
import { bulkOf } from './left-rows.js';
import { endOf, keys } from '../schema.js';

export interface Vats {
  add(options: VatOptions): VatID;
  isAlive(vatID: VatID): boolean;
  options(vatID: VatID): VatOptions;
  setOptions(vatID: VatID, options: VatOptions): void;
  /** Living vats, oldest first. */
  list(): VatID[];
  /** The number of living vats. */
  readonly count: number;
  /** Marks the vat as terminated; its other rows stay until they are deleted. */
  end(vatID: VatID): void;
  /** Deletes the rows of a terminated vat, except those that are deleted in slices. */
  deleteRows(vatID: VatID, pace: Pace): Work;
  /** The crank was accepted. */
  settle(): void;
  /** The crank was aborted. */
  forget(): void;
  /** Call it between two slices of a crank: readers do not see it. */
  suspend(): void;
  /** The next slice begins. */
  resume(): void;
}

type Range = readonly [start: string, end: string];

/** The keys with the prefix that are in none of the ranges, which are in order. */
const rangesBetween = (ranges: readonly Range[], prefix: string): Range[] => {
  const starts = [prefix, ...ranges.map(([, end]) => end)];
  const ends = [...ranges.map(([start]) => start), endOf(prefix)];
  return starts.map((start, i) => [start, ends[i] as string]);
};

export const makeVats = (tables: Tables, cache: CellCache, counters: Counters): Vats => {
  const cells = cache.make({
    parse: (text) => JSON.parse(text) as VatOptions,
    format: JSON.stringify,
  });
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
    suspend: () => living.suspend(),
    resume: () => living.resume(),
    end: (vatID) => {
      living.delete(vatID);
      cells.delete(keys.options(vatID));
    },
    *deleteRows(vatID, pace) {
      yield* cache.flushInSlices(pace);
      for (const [start, end] of rangesBetween(bulkOf(vatID), `${vatID}.`)) {
        for (const key of tables.keys(start, end)) {
          tables.delete(key);
          if (pace.spend(1)) yield;
        }
      }
      cache.forget();
    },
  };
};
