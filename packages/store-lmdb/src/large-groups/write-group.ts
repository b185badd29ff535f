import { sealRow } from '../coding/sealed-rows.js';
import type { Environment } from '../environment.js';
import { putMeta } from '../meta-rows.js';

/**
 * Queues the writes of a group, as part of the batch under way.
 * @returns characters of what is put
 */
export const queueGroup = (
  { tables, meta }: Pick<Environment, 'tables' | 'meta'>,
  sequence: number,
  writes: Iterable<readonly [key: string, value: string | null]>,
): number => {
  let size = 0;
  putMeta(meta, 'begin', sequence);
  for (const [key, value] of writes) {
    if (value === null) void tables.remove(key);
    else {
      void tables.put(key, sealRow(key, value));
      size += key.length + value.length;
    }
  }
  putMeta(meta, 'end', sequence);
  return size;
};
