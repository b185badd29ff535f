/**
 * All rows of a vat's store, key and value in turn, where they are so few that handing them over is
 * cheaper than being asked for them; undefined where they are not.
 */
import type { VatstoreReader } from '@cooperage/types';

const MAX_ROWS = 500;
const MAX_CHARACTERS = 200_000;

export const readRows = (reader: VatstoreReader): string[] | undefined => {
  const rows: string[] = [];
  let characters = 0;
  let key = reader.getNextKey('');
  while (key !== undefined) {
    const value = reader.get(key) ?? '';
    characters += key.length + value.length;
    if (rows.length >= 2 * MAX_ROWS || characters > MAX_CHARACTERS) return undefined;
    rows.push(key, value);
    key = reader.getNextKey(key);
  }
  return rows;
};
