import { createHash } from 'node:crypto';
import { KEYS_END, type ReadableTables } from '@cooperage/types';

/** A hash of rows that come one by one, in key order. */
export interface RowsHash {
  add(key: string, value: string): void;
  digest(): string;
}

export const makeRowsHash = (): RowsHash => {
  const hash = createHash('sha256');
  return {
    // Lengths make it unambiguous where a key ends; UTF-16 keeps lone surrogates apart.
    add: (key, value) =>
      void hash.update(`${key.length}:${value.length}:${key}${value}`, 'utf16le'),
    digest: () => hash.digest('hex'),
  };
};

/**
 * SHA-256 over all rows in key order: equal for equal tables, whatever
 * happened on the way there.
 *
 * @param tables  of a kernel store (with what is not durable yet), or of a backend
 * @param exclude key prefixes that are left out
 */
export const hashTables = (tables: ReadableTables, exclude: readonly string[] = []): string => {
  const hash = makeRowsHash();
  for (const key of tables.keys('', KEYS_END)) {
    if (exclude.some((prefix) => key.startsWith(prefix))) continue;
    const value = tables.get(key);
    if (value === undefined) continue;
    hash.add(key, value);
  }
  return hash.digest();
};

/** Rows that are about the machine: heap images, which say how soon a vat comes back, the versions of engines, and times. */
const isOfMachine = (key: string): boolean => /^(v\d{1,16}\.s|image|engine|times)\./.test(key);

/** {@link hashTables} of what a kernel is: the same whatever images of heaps were made on the way, and on whatever machine. */
export const hashState = (tables: ReadableTables, exclude: readonly string[] = []): string => {
  const hash = makeRowsHash();
  for (const key of tables.keys('', KEYS_END)) {
    if (isOfMachine(key) || exclude.some((prefix) => key.startsWith(prefix))) continue;
    const value = tables.get(key);
    if (value !== undefined) hash.add(key, value);
  }
  return hash.digest();
};
