import { bulkOf, keys, type KernelTables } from '@cooperage/kernel';
import { isVatID, KEYS_END, type ReadableTables } from '@cooperage/types';
import { isDescribed } from './key-schema.js';

/** All keys are described, and each vat's rows belong to a vat that is there, or are left to be swept. */
export const checkKeys = (
  { vats }: KernelTables,
  rows: ReadableTables,
  report: (key: string, problem: string) => void,
): void => {
  for (const key of rows.keys('', KEYS_END)) {
    if (!isDescribed(key)) report(key, 'no row of the schema has this key');
    const owner = key.slice(0, Math.max(0, key.indexOf('.')));
    if (isVatID(owner) && !vats.isAlive(owner)) {
      const isLeft = bulkOf(owner).some((prefix) => key.startsWith(prefix));
      if (!isLeft || !rows.has(keys.remains(owner))) report(key, `${owner} is not alive`);
    }
  }
};
