import {
  type CapData,
  type ErrorCode,
  type KRef,
  LIMITS,
  type Tables,
  type VatID,
} from '@cooperage/types';
import type { Counters } from '../counters.js';
import { keys } from '../schema.js';

/** Why a vat is no more. */
export interface VatEnd {
  readonly name: string;
  readonly isFailure: boolean;
  /** For people. */
  readonly reason: string;
  /** The same for programs; none where the vat or its administrator ended it, and in rows of former versions. */
  readonly code?: ErrorCode | undefined;
  /** What `done()` settles with. */
  readonly info: CapData<KRef>;
}

/**
 * Why vats are no more: kept for as long as somebody holds the vat's admin facet and may ask, and then of the last
 * `LIMITS.endsKept` for people. So a kernel in which vats come and go for ever does not grow by them.
 */
export interface Ends {
  find(vatID: VatID): VatEnd | undefined;
  /**
   * A vat that was announced has ended.
   * @param isHeld somebody has its admin facet: {@link Ends.isHeld} before the vat's rows were deleted
   */
  record(vatID: VatID, end: VatEnd, isHeld: boolean): void;
  /** Whether somebody has the admin facet of a vat that lives and was announced. */
  isHeld(vatID: VatID): boolean;
  /** Nobody has the vat's admin facet any more, whether it lives or has ended. */
  facetDropped(vatID: VatID, isAlive: boolean): void;
}

export const makeEnds = (rows: Tables, counters: Counters): Ends => {
  /** Nobody can ask for it any more; the oldest of those goes. */
  const file = (vatID: VatID): void => {
    const place = counters.next(keys.counter('filed'));
    rows.set(keys.filed(place), vatID);
    const oldest = keys.filed(Math.max(0, place - LIMITS.endsKept));
    const gone = rows.get(oldest);
    if (gone === undefined) return;
    rows.delete(oldest);
    rows.delete(keys.ended(gone as VatID));
  };

  return {
    find: (vatID) => {
      const text = rows.get(keys.ended(vatID));
      return text === undefined ? undefined : (JSON.parse(text) as VatEnd);
    },
    record: (vatID, end, isHeld) => {
      rows.set(keys.ended(vatID), JSON.stringify(end));
      if (!isHeld) file(vatID);
    },
    isHeld: (vatID) => !rows.has(keys.unheld(vatID)),
    facetDropped: (vatID, isAlive) => {
      if (isAlive) rows.set(keys.unheld(vatID), '1');
      else if (rows.has(keys.ended(vatID))) file(vatID);
    },
  };
};
