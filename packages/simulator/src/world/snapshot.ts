import { KEYS_END, type ReadableTables } from '@cooperage/types';

/** The index of the first key that is not below `key`. */
const lowerBound = (keys: readonly string[], key: string): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The rows as they are now: read once in order, then found at once. */
export const takeSnapshot = (tables: ReadableTables): ReadableTables => {
  const order = [...tables.keys('', KEYS_END)];
  const rows = new Map<string, string | undefined>(order.map((key) => [key, undefined]));
  return {
    has: (key) => rows.has(key),
    get: (key) => {
      let row = rows.get(key);
      if (row === undefined && rows.has(key)) {
        row = tables.get(key);
        rows.set(key, row);
      }
      return row;
    },
    *keys(start, end) {
      for (let i = lowerBound(order, start); i < order.length; i += 1) {
        const key = order[i] as string;
        if (key >= end) return;
        yield key;
      }
    },
  };
};
