import type { ReadableTables, VatstoreReader } from '@cooperage/types';

/** One vat's rows of the tables: nothing else can be read through it. */
export const makeVatstoreReader = (tables: ReadableTables, prefix: string): VatstoreReader => {
  const end = `${prefix.slice(0, -1)}/`;
  return {
    get: (key) => tables.get(prefix + key),
    getNextKey: (priorKey) => {
      for (const key of tables.keys(prefix + priorKey, end)) {
        const found = key.slice(prefix.length);
        if (found !== priorKey) return found;
      }
      return undefined;
    },
  };
};

/**
 * The same rows with writes that are not in the tables yet, for as long as `isPending` says so: afterwards the
 * tables have them, or they have never happened.
 */
export const withPendingWrites = (
  reader: VatstoreReader,
  writes: ReadonlyMap<string, string | undefined>,
  isPending: () => boolean,
): VatstoreReader => {
  if (writes.size === 0) return reader;
  const added = [...writes.keys()].filter((key) => writes.get(key) !== undefined).sort();
  return {
    get: (key) => (isPending() && writes.has(key) ? writes.get(key) : reader.get(key)),
    getNextKey: (priorKey) => {
      if (!isPending()) return reader.getNextKey(priorKey);
      const own = added.find((key) => key > priorKey);
      let stored = reader.getNextKey(priorKey);
      while (stored !== undefined && writes.has(stored) && writes.get(stored) === undefined) {
        stored = reader.getNextKey(stored);
      }
      if (own === undefined || stored === undefined) return own ?? stored;
      return own < stored ? own : stored;
    },
  };
};
