import type { Kernel } from '../kernel.js';
import type { Order, VatID } from '@cooperage/types';

export interface Arrived {
  readonly vatID: VatID;
  /** The message of the worker, which should be a text. */
  readonly text: unknown;
}

/** The records that arrived and are not retired. In `issue` order this is a reorder buffer. */
export interface RetirementOrder {
  add(vatID: VatID, text: unknown): void;
  /** Removes and returns the next record, if it has arrived. */
  next(): Arrived | undefined;
  /** Removes and returns the oldest record of this vat, even if another vat is next. Not in `arrival` order. */
  take(vatID: VatID): Arrived | undefined;
  /** Forgets the records of a lost worker: its successor will send them again. */
  forget(vatID: VatID): void;
  readonly size: number;
}

export const makeRetirementOrder = (order: Order, { tables }: Kernel): RetirementOrder => {
  const { inboxes } = tables;
  const arrived = new Map<VatID, unknown[]>();
  /** In all orders except `issue`: which vat is next. Entries of forgotten vats are void. */
  let arrivals: VatID[] = [];
  let firstArrival = 0;
  let size = 0;

  const take = (vatID: VatID): Arrived | undefined => {
    const texts = arrived.get(vatID);
    if (texts === undefined || texts.length === 0) return undefined;
    size -= 1;
    return { vatID, text: texts.shift() };
  };

  const nextArrived = (): Arrived | undefined => {
    while (firstArrival < arrivals.length) {
      const vatID = arrivals[firstArrival] as VatID;
      firstArrival += 1;
      const taken = take(vatID);
      if (taken !== undefined) return taken;
    }
    arrivals = [];
    firstArrival = 0;
    return undefined;
  };

  const nextIssued = (): Arrived | undefined => {
    const oldest = inboxes.oldest();
    return oldest === undefined ? undefined : take(oldest.vatID);
  };

  return {
    get size() {
      return size;
    },
    add: (vatID, text) => {
      const texts = arrived.get(vatID);
      if (texts === undefined) arrived.set(vatID, [text]);
      else texts.push(text);
      if (order !== 'issue') arrivals.push(vatID);
      size += 1;
    },
    take,
    next: order === 'issue' ? nextIssued : nextArrived,
    forget: (vatID) => {
      size -= arrived.get(vatID)?.length ?? 0;
      arrived.delete(vatID);
      if (order !== 'issue')
        arrivals = arrivals.slice(firstArrival).filter((each) => each !== vatID);
      firstArrival = 0;
    },
  };
};
