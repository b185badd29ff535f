import type { DeliveryNumber, VatID } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import { keys } from '../schema.js';

/** Why a vat was suspended. */
export interface Suspension {
  /** The delivery whose crank was undone; it is made again. */
  readonly n: DeliveryNumber;
  /** `meter`: less was left than the crank used. `computronLimit`: it used more than one crank may. */
  readonly why: 'meter' | 'computronLimit';
  /** The computrons that the crank used until then. */
  readonly computrons: number;
}

/**
 * Suspended vats: a crank used up the meter or its limit, and was undone. They get no deliveries and none of their
 * records is retired until there are more computrons; their inboxes are kept.
 */
export interface Suspensions {
  find(vatID: VatID): Suspension | undefined;
  put(vatID: VatID, suspension: Suspension): void;
  delete(vatID: VatID): void;
}

export const makeSuspensions = (cache: CellCache): Suspensions => {
  const cells = cache.make({
    parse: (text) => JSON.parse(text) as Suspension,
    format: JSON.stringify,
  });
  return {
    find: (vatID) => cells.get(keys.suspended(vatID)),
    put: (vatID, suspension) => cells.set(keys.suspended(vatID), suspension),
    delete: (vatID) => cells.delete(keys.suspended(vatID)),
  };
};
