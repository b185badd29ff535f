import { type KernelTables, rangesLeft } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';

/** Rows that ended vats and incarnations have left. */
export const countLeftRows = ({ counters, rows }: KernelTables): number => {
  let count = 0;
  for (const marker of rows.keys('leftRows.', 'leftRows/')) {
    const vatID = marker.slice('leftRows.'.length) as VatID;
    for (const range of rangesLeft(rows, counters, vatID)) count += [...rows.keys(...range)].length;
    count += 1;
  }
  return count;
};
