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

/** Why a vat was terminated. */
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
 * Why vats were terminated: kept for as long as the vat's admin facet has a holder, and then of the last
 * `LIMITS.endsKept` for people. So a kernel in which vats come and go does not grow.
 */
export interface Ends {
  find(vatID: VatID): VatEnd | undefined;
  /**
   * A vat that was announced has ended.
   * @param isHeld its admin facet has a holder: {@link Ends.isHeld} before the vat's rows were deleted
   */
  record(vatID: VatID, end: VatEnd, isHeld: boolean): void;
  /** Whether the admin facet of a vat that lives and was announced has a holder. */
  isHeld(vatID: VatID): boolean;
  /** The vat's admin facet has no holder any more, whether the vat lives or was terminated. */
  facetDropped(vatID: VatID, isAlive: boolean): void;
}

export const makeEnds = (rows: Tables, counters: Counters): Ends => {
  /** No party can ask for the reason any more. The oldest tombstone beyond the limit is deleted, with its reason. */
  const addTombstone = (vatID: VatID): void => {
    const place = counters.next(keys.counter('tombstone'));
    rows.set(keys.tombstone(place), vatID);
    const oldest = keys.tombstone(Math.max(0, place - LIMITS.endsKept));
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
      if (!isHeld) addTombstone(vatID);
    },
    isHeld: (vatID) => !rows.has(keys.facetDropped(vatID)),
    facetDropped: (vatID, isAlive) => {
      if (isAlive) rows.set(keys.facetDropped(vatID), '1');
      else if (rows.has(keys.ended(vatID))) addTombstone(vatID);
    },
  };
};
