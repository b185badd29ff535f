import { isAdmin, vatOfAdmin } from '../../tables/references/devices.js';
import { keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import { LIMITS, type VatID } from '@cooperage/types';

/** Why a vat ended is kept while its admin facet has a holder. Of the others, a fixed number of the last ones are kept. */
export const checkEnds = (
  { counters, creations, ends, rows, vats }: KernelTables,
  report: (key: string, problem: string) => void,
): void => {
  const held = new Set<VatID>();
  for (const key of rows.keys('device.', 'device/')) {
    const row = rows.get(key) as string;
    if (isAdmin(row)) held.add(vatOfAdmin(row));
  }
  const filed = new Set<VatID>();
  const last = counters.read(keys.counter('filed'));
  for (let place = Math.max(1, last - LIMITS.endsKept + 1); place <= last; place += 1) {
    const vatID = rows.get(keys.filed(place)) as VatID | undefined;
    if (vatID === undefined || filed.has(vatID)) report(keys.filed(place), 'missing, or twice');
    else filed.add(vatID);
  }
  if ([...rows.keys('filed.', 'filed/')].length !== filed.size) {
    report(keys.counter('filed'), 'more is filed than is kept');
  }
  for (const vatID of filed) {
    if (ends.find(vatID) === undefined) report(keys.ended(vatID), 'filed, but missing');
  }
  for (const key of rows.keys('ended.', 'ended/')) {
    const vatID = key.slice('ended.'.length) as VatID;
    if (vats.isAlive(vatID)) report(key, 'the vat is alive');
    if (filed.has(vatID) === held.has(vatID)) {
      report(
        key,
        held.has(vatID)
          ? 'filed, but its admin facet has a holder'
          : 'its admin facet has no holder, and it is not filed',
      );
    }
  }
  for (const vatID of vats.list()) {
    const isAnnounced = creations.find(vatID) === undefined;
    if (isAnnounced && ends.isHeld(vatID) !== held.has(vatID)) {
      report(keys.unheld(vatID), 'it says otherwise than there is an admin facet');
    }
  }
};
