import { type CrankCause, isIncidental } from '@cooperage/kernel';
import { KEYS_END, type ReadableTables, type VatID } from '@cooperage/types';

/** A row that is not what it should be; null where there is none. */
export interface RowDifference {
  readonly key: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

/** The first thing that a kernel does differently when it is run again from its records. */
export interface Difference {
  readonly crank: number;
  /** Undefined where every crank did the same and the tables are not what came of them. */
  readonly cause?: CrankCause;
  /** Whose record it was. */
  readonly vat?: {
    readonly vatID: VatID;
    readonly name: string;
    readonly n: number;
    /** The `NumberedDelivery`, as text. */
    readonly delivery: string;
  };
  /** In a sentence. */
  readonly what: string;
  /** The completion records, as texts, where they differ and are known. */
  readonly records?: { readonly expected: string; readonly actual: string };
  /** Of what the crank wrote, where nothing else is known of it. */
  readonly hashes?: { readonly expected: string; readonly actual: string };
  /** Ascending by key; empty where only the hash is known of what the crank wrote. */
  readonly rows: readonly RowDifference[];
}

type Writes = ReadonlyMap<string, string | null>;

const isCompared = (key: string): boolean => !key.startsWith('history.');

/** What one crank wrote and the other did not. */
export const compareWrites = (expected: Writes, actual: Writes): RowDifference[] =>
  [...new Set([...expected.keys(), ...actual.keys()])]
    .filter(isCompared)
    .sort()
    .map((key) => ({ key, expected: expected.get(key) ?? null, actual: actual.get(key) ?? null }))
    .filter(({ expected: one, actual: other }) => one !== other);

/** Rows that one of the two has otherwise, up to `most` of them. */
export const compareTables = (
  expected: ReadableTables,
  actual: ReadableTables,
  most: number,
): RowDifference[] => {
  const found: RowDifference[] = [];
  const compare = (key: string): void => {
    const one = expected.get(key) ?? null;
    const other = actual.get(key) ?? null;
    // What an image made superfluous may be gone from one of them.
    if (one === other || !isCompared(key) || isIncidental(key, one) || isIncidental(key, other))
      return;
    found.push({ key, expected: one, actual: other });
  };
  for (const key of expected.keys('', KEYS_END)) {
    compare(key);
    if (found.length === most) return found;
  }
  for (const key of actual.keys('', KEYS_END)) {
    if (!expected.has(key)) compare(key);
    if (found.length === most) return found;
  }
  return found;
};
