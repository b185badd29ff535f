import type { DeliveryNumber, VatID } from '@cooperage/types';
import type { CellCache } from '../cells.js';
import { keys } from '../schema.js';

/** Why a vat was suspended, and what it needs to go on. */
export interface Suspension {
  /** The delivery whose crank was undone; it is made again. */
  readonly n: DeliveryNumber;
  /** `meter`: less was left than the crank used. `computronLimit`: it used more than one crank may. */
  readonly why: 'meter' | 'computronLimit';
  /** What the crank used, as far as it came. */
  readonly computrons: number;
}

/**
 * Vats whose crank used up what they may use and was undone. Nothing is handed out to them and none of their records
 * is retired until there is more for them to use; their inboxes keep.
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
