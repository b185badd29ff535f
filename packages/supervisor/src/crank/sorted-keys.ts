/** A set of strings in the order of their UTF-16 code units, which is the order of `<`. */
export interface SortedKeys {
  add(key: string): void;
  delete(key: string): void;
  /** The first key after `prior` that `accept` takes. */
  after(prior: string, accept?: (key: string) => boolean): string | undefined;
}

export const makeSortedKeys = (initial: Iterable<string> = []): SortedKeys => {
  const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const keys = [...new Set(initial)].sort(byCodeUnit);

  /** Index of the first key that is not before `key`. */
  const lowerBound = (key: string): number => {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add: (key) => {
      const at = lowerBound(key);
      if (keys[at] !== key) keys.splice(at, 0, key);
    },
    delete: (key) => {
      const at = lowerBound(key);
      if (keys[at] === key) keys.splice(at, 1);
    },
    after: (prior, accept) => {
      let at = lowerBound(prior);
      if (keys[at] === prior) at += 1;
      while (accept !== undefined && at < keys.length && !accept(keys[at] as string)) at += 1;
      return keys[at];
    },
  };
};
