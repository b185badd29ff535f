import { isAdmin, vatOfAdmin } from '../../tables/references/devices.js';
import { keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import { LIMITS, type VatID } from '@cooperage/types';

/**
 * The reason of a terminated vat is kept while its admin facet is referenced. Of all others, the newest are kept, up
 * to a fixed number.
 */
export const checkEnds = (
  { counters, creations, ends, rows, vats }: KernelTables,
  report: (key: string, problem: string) => void,
): void => {
  const held = new Set<VatID>();
  for (const key of rows.keys('device.', 'device/')) {
    const row = rows.get(key) as string;
    if (isAdmin(row)) held.add(vatOfAdmin(row));
  }
  const tombstones = new Set<VatID>();
  const last = counters.read(keys.counter('tombstone'));
  for (let place = Math.max(1, last - LIMITS.endsKept + 1); place <= last; place += 1) {
    const vatID = rows.get(keys.tombstone(place)) as VatID | undefined;
    if (vatID === undefined || tombstones.has(vatID))
      report(keys.tombstone(place), 'missing, or twice');
    else tombstones.add(vatID);
  }
  if ([...rows.keys('tombstone.', 'tombstone/')].length !== tombstones.size) {
    report(keys.counter('tombstone'), 'there are more tombstones than the limit');
  }
  for (const vatID of tombstones) {
    if (ends.find(vatID) === undefined)
      report(keys.ended(vatID), 'it has a tombstone, but no row with a reason');
  }
  for (const key of rows.keys('ended.', 'ended/')) {
    const vatID = key.slice('ended.'.length) as VatID;
    if (vats.isAlive(vatID)) report(key, 'the vat is alive');
    if (tombstones.has(vatID) === held.has(vatID)) {
      report(
        key,
        held.has(vatID)
          ? 'it has a tombstone, but its admin facet is referenced'
          : 'its admin facet is not referenced, and it has no tombstone',
      );
    }
  }
  for (const vatID of vats.list()) {
    const isAnnounced = creations.find(vatID) === undefined;
    if (isAnnounced && ends.isHeld(vatID) !== held.has(vatID)) {
      report(keys.facetDropped(vatID), 'it disagrees with the row of the admin facet');
    }
  }
};
