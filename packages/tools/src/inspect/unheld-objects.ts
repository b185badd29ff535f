import { keys } from '@cooperage/kernel';
import type { ReadableTables, VatID } from '@cooperage/types';

/** Rows that are looked at before the thread does what it has to do besides. */
const SLICE = 1_000;

/**
 * Counts durable objects of a vat that neither stored data nor the kernel holds. Right after an upgrade no heap holds
 * them either, so that nothing reaches them any more.
 */
export const countUnheldObjects = async (rows: ReadableTables, vatID: VatID): Promise<number> => {
  const prefix = keys.vatstore(vatID, 'vom.');
  const has = (key: string): boolean => rows.has(prefix + key);
  const end = `${prefix}o+d\uffff`;
  let from = `${prefix}o+d`;
  let count = 0;
  for (;;) {
    const slice: string[] = [];
    for (const key of rows.keys(from, end)) {
      slice.push(key);
      if (slice.length === SLICE) break;
    }
    for (const key of slice) {
      const base = key.slice(prefix.length);
      if (!has(`rc.${base}`) && !has(`es.${base}`)) count += 1;
    }
    const last = slice.at(-1);
    if (last === undefined || slice.length < SLICE) return count;
    from = `${last}\0`;
    await new Promise((resolve) => setImmediate(resolve));
  }
};
