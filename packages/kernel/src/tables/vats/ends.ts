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

/** How a vat terminated. */
export interface VatEnd {
  readonly name: string;
  readonly isFailure: boolean;
  /** The reason, as text. */
  readonly reason: string;
  /** The error code; absent if the vat or its administrator ended it, and in rows of earlier versions. */
  readonly code?: ErrorCode | undefined;
  /** What `done()` settles with. */
  readonly info: CapData<KRef>;
}

/**
 * The reasons of terminated vats: kept while the admin facet of the vat is referenced, and of the newest
 * `LIMITS.endsKept` others. So a kernel in which vats come and go does not grow.
 */
export interface Ends {
  find(vatID: VatID): VatEnd | undefined;
  /**
   * Records the end of an announced vat.
   * @param isHeld its admin facet is referenced: {@link Ends.isHeld} before the vat's rows were deleted
   */
  record(vatID: VatID, end: VatEnd, isHeld: boolean): void;
  /** Whether the admin facet of a living, announced vat is referenced. */
  isHeld(vatID: VatID): boolean;
  /** The vat's admin facet is not referenced any more, whether the vat lives or not. */
  facetDropped(vatID: VatID, isAlive: boolean): void;
}

export const makeEnds = (rows: Tables, counters: Counters): Ends => {
  /** No party can ask for the reason any more. Deletes the oldest tombstone beyond the limit, with its reason. */
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
