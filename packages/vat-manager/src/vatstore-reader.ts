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
