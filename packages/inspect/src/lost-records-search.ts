import type { StoreBackend } from '@cooperage/types';
import type { LostRecords, RecordOf } from './lost-records.js';

/** Finds the records that went with vats of a kernel that runs, while its history is read. */
export interface Search {
  readonly recordOf: RecordOf;
  readonly isUnderWay: () => boolean;
  /** The reading ended before this crank: looks for the record that is missing, unless it has done so in vain. */
  readonly want: (crank: number | undefined) => void;
}

/** Shares of the time that goes into searching: at most one in so many. */
const REST = 4;

/** @param copy the kernel as it is now */
export const makeSearch = (
  { recordOf, find }: LostRecords,
  copy: () => Promise<StoreBackend>,
  now: () => number = () => performance.now(),
): Search => {
  let isUnderWay = false;
  /** For this crank nothing was found. */
  let inVain: number | undefined;
  let notBefore = 0;

  const search = async (crank: number): Promise<void> => {
    isUnderWay = true;
    const began = now();
    try {
      await find(await copy());
    } catch {
      inVain = crank;
    }
    notBefore = now() + (now() - began) * REST;
    isUnderWay = false;
  };

  let last: number | undefined;
  return {
    recordOf,
    isUnderWay: () => isUnderWay,
    want: (crank) => {
      if (crank === undefined || isUnderWay || crank === inVain || now() < notBefore) return;
      // It was looked for, and the reading has not got past it.
      if (crank === last) {
        inVain = crank;
        return;
      }
      last = crank;
      void search(crank);
    },
  };
};
