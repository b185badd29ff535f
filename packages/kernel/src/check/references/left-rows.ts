import type { KernelTables } from '../../tables/kernel-tables.js';
import { isVatAllocated, type ReadableTables, type VatID } from '@cooperage/types';
import type { Counted } from './counted.js';

/** Counts the imports of terminated vats whose rows are not deleted yet. */
export const countLeft = (tables: KernelTables, rows: ReadableTables, counted: Counted): void => {
  for (const marker of rows.keys('leftRows.', 'leftRows/')) {
    const vatID = marker.slice('leftRows.'.length) as VatID;
    if (tables.vats.isAlive(vatID)) continue;
    for (const [vref, { kref, reachable }] of tables.cLists.listObjects(vatID)) {
      if (isVatAllocated(vref)) continue;
      if (reachable) counted.retain(kref);
      else counted.recognize(kref);
    }
  }
};
