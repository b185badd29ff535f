import { bulkOf, rangesLeft } from '../../tables/vats/left-rows.js';
import { keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';
import { isVatID, KEYS_END, type ReadableTables } from '@cooperage/types';
import { isDescribed } from './key-schema.js';

/** The schema describes every key, and each row of a vat belongs to a living vat or is listed as left. */
export const checkKeys = (
  { counters, vats }: KernelTables,
  rows: ReadableTables,
  report: (key: string, problem: string) => void,
): void => {
  for (const vatID of vats.list()) {
    if (rows.has(keys.leftRows(vatID))) continue;
    for (const [start, end] of rangesLeft(rows, counters, vatID)) {
      for (const key of rows.keys(start, end)) report(key, 'it belongs to an earlier incarnation');
    }
  }
  const markers = [...rows.keys('leftRows.', 'leftRows/')].length;
  if (markers !== counters.read(keys.counter('leftRows'))) {
    report(keys.counter('leftRows'), `${markers} vats have left rows`);
  }
  for (const key of rows.keys('', KEYS_END)) {
    if (!isDescribed(key)) report(key, 'no row of the schema has this key');
    const owner = key.slice(0, Math.max(0, key.indexOf('.')));
    if (isVatID(owner) && !vats.isAlive(owner)) {
      const isLeft = bulkOf(owner).some(([start, end]) => key >= start && key < end);
      if (!isLeft || !rows.has(keys.leftRows(owner))) report(key, `${owner} is not alive`);
    }
  }
};
