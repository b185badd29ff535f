import { makeError, q, X } from '@endo/errors';

/**
 * Rows of the vatstore in the form in which they are used, for the length of a
 * crank: read at most once, and written at its end, in sorted order, if they
 * changed. Nothing is kept longer: what a crank reads must depend on what it
 * does, never on what happened to be in memory.
 */
export interface CrankCache<V> {
  get(key: string): V;
  /** To be written at the end of the crank. A value that was changed in place is set again. */
  set(key: string, value: V): void;
  /** To be deleted at the end of the crank. */
  delete(key: string): void;
  flush(): void;
}

export interface Backing<V> {
  read(key: string): V;
  write(key: string, value: V): void;
  delete(key: string): void;
}

export const makeCrankCache = <V>(backing: Backing<V>): CrankCache<V> => {
  const values = new Map<string, V>();
  const dirty = new Set<string>();
  return {
    get(key) {
      let value = values.get(key);
      if (value === undefined) {
        if (dirty.has(key)) throw makeError(X`${q(key)} was deleted in this crank`);
        value = backing.read(key);
        values.set(key, value);
      }
      return value;
    },
    set(key, value) {
      values.set(key, value);
      dirty.add(key);
    },
    delete(key) {
      values.delete(key);
      dirty.add(key);
    },
    flush() {
      for (const key of [...dirty].sort()) {
        const value = values.get(key);
        if (value === undefined) backing.delete(key);
        else backing.write(key, value);
      }
      values.clear();
      dirty.clear();
    },
  };
};
