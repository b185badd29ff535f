import { sealRow } from '../coding/sealed-rows.js';
import type { Environment } from '../environment.js';
import { putMeta, putNote } from '../meta-rows.js';

type Databases = Pick<Environment, 'tables' | 'meta'>;
type Writes = Iterable<readonly [key: string, value: string | null]>;

/**
 * Queues writes, as part of the batch under way.
 * @returns characters of what is put
 */
export const queueRows = ({ tables }: Databases, writes: Writes): number => {
  let size = 0;
  for (const [key, value] of writes) {
    if (value === null) void tables.remove(key);
    else {
      void tables.put(key, sealRow(key, value));
      size += key.length + value.length;
    }
  }
  return size;
};

/** Queues the writes of a group, and its number before and behind them. */
export const queueGroup = (
  environment: Databases,
  sequence: number,
  writes: Writes,
  note?: string,
): number => {
  const { meta } = environment;
  putMeta(meta, 'begin', sequence);
  const size = queueRows(environment, writes);
  if (note !== undefined) putNote(meta, note);
  putMeta(meta, 'end', sequence);
  return size;
};
