import { DEFAULTS, type Tables, type VatID, type VatOptions } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import { endOf, keys } from '../schema.js';

interface ReapCountersRow {
  deliveries: number;
  references: number;
}

/** Deliveries since the vat last brought out its dead: garbage of that time is not collected. */
export interface Unreaped {
  readonly deliveries: number;
  /** References that the kernel dropped or retired in them. */
  readonly references: number;
}

/** Counts the deliveries to each vat since its last `bringOutYourDead`. */
export interface ReapCounters {
  /**
   * Counts a delivery in which the kernel dropped or retired so many references.
   * @returns whether a reap is due
   */
  add(vatID: VatID, references: number, options: VatOptions): boolean;
  find(vatID: VatID): Unreaped;
  /** Whether anything was delivered since. */
  hasUnreaped(vatID: VatID): boolean;
  /** Vats to reap when the kernel has no other work, between two cranks. */
  waitingForRest(): VatID[];
  /** Resets the counters: the vat gets a `bringOutYourDead`, or is terminated. */
  clear(vatID: VatID): void;
}

/** 0 means never. */
const isReached = (count: number, limit: number): boolean => limit > 0 && count >= limit;

export const makeReapCounters = (rows: Tables, cache: CellCache): ReapCounters => {
  const cells = cache.make({
    parse: (text): ReapCountersRow => {
      const [deliveries, references] = text.split(' ');
      return { deliveries: Number(deliveries), references: Number(references) };
    },
    format: ({ deliveries, references }) => `${deliveries} ${references}`,
    copy: (row) => ({ ...row }),
  });
  return {
    find: (vatID) => ({ deliveries: 0, references: 0, ...cells.get(keys.reapCounters(vatID)) }),
    hasUnreaped: (vatID) => cells.get(keys.reapCounters(vatID)) !== undefined,
    waitingForRest: () => {
      const prefix = keys.reapDue('' as VatID);
      return [...rows.keys(prefix, endOf(prefix))].map((key) => key.slice(prefix.length) as VatID);
    },
    clear: (vatID) => {
      cells.delete(keys.reapCounters(vatID));
      if (rows.has(keys.reapDue(vatID))) rows.delete(keys.reapDue(vatID));
    },
    add: (vatID, references, { reapInterval, reapReferences, reapAtRest }) => {
      const row = cells.get(keys.reapCounters(vatID)) ?? { deliveries: 0, references: 0 };
      row.deliveries += 1;
      row.references += references;
      cells.set(keys.reapCounters(vatID), row);
      if (row.deliveries === (reapAtRest ?? DEFAULTS.reapAtRest))
        rows.set(keys.reapDue(vatID), '1');
      return (
        isReached(row.deliveries, reapInterval ?? DEFAULTS.reapInterval) ||
        isReached(row.references, reapReferences ?? DEFAULTS.reapReferences)
      );
    },
  };
};
