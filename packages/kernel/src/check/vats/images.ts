import { endOf, keys } from '../../tables/schema.js';
import type { KernelTables } from '../../tables/kernel-tables.js';

/** Each snapshot belongs to a crank of the present heap, and its image exists with all its bases. */
export const checkImages = (
  { counters, rows, vats, windows }: KernelTables,
  report: (key: string, problem: string) => void,
): void => {
  const numberOf = (key: string): number => Number(key.slice(key.lastIndexOf('.') + 1));
  for (const vatID of vats.list()) {
    const prefix = `${vatID}.s.`;
    for (const key of rows.keys(prefix, endOf(prefix))) {
      const n = numberOf(key);
      if (n < counters.read(keys.first(vatID)) || n > windows.acked(vatID)) {
        report(key, 'it is an image of another heap than the present one');
      }
      const { hash } = JSON.parse(rows.get(key) as string) as { hash: string };
      if (!rows.has(`image.${hash}`)) report(key, `there is no image ${hash}`);
    }
  }
  for (const key of rows.keys('image.', 'image/')) {
    const base = rows.get(key);
    if (base !== '-' && !rows.has(`image.${base}`)) report(key, `its base ${base} is missing`);
  }
};
