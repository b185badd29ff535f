import type { KernelTables } from '../../tables/kernel-tables.js';
import { isVatAllocated, type ReadableTables, type VatID } from '@cooperage/types';
import type { Counted } from './counted.js';

/** What ended vats imported is held until the sweep comes to it. */
export const countLeft = (tables: KernelTables, rows: ReadableTables, counted: Counted): void => {
  for (const marker of rows.keys('remains.', 'remains/')) {
    const vatID = marker.slice('remains.'.length) as VatID;
    if (tables.vats.isAlive(vatID)) continue;
    for (const [vref, { kref, reachable }] of tables.cLists.listObjects(vatID)) {
      if (isVatAllocated(vref)) continue;
      if (reachable) counted.hold(kref);
      else counted.recognize(kref);
    }
  }
};
