/**
 * A table of things that the kernel may not have seen yet: each key with the crank that last noted it,
 * forgotten once a retired record covers that crank.
 */
export interface SinceAcked {
  /** `key` was noted by crank `n`; cranks come in order. */
  add(key: string, n: number): void;
  /** Whether a crank that is not acknowledged noted `key`. */
  readonly has: (key: string) => boolean;
  forget(key: string): void;
  /** Forgets what cranks up to `acked` noted, and hands each such key to `forgotten`. */
  advance(acked: number, forgotten?: (key: string) => void): void;
  readonly size: number;
}

export const makeSinceAcked = (): SinceAcked => {
  const newest = new Map<string, number>();
  /** The entries of each crank, oldest crank first, so that `advance` visits only entries that it deletes. */
  const cranks: { readonly n: number; readonly keys: string[] }[] = [];

  return {
    add: (key, n) => {
      if (newest.get(key) === n) return;
      newest.set(key, n);
      const last = cranks[cranks.length - 1];
      if (last?.n === n) last.keys.push(key);
      else cranks.push({ n, keys: [key] });
    },
    has: (key) => newest.has(key),
    forget: (key) => {
      newest.delete(key);
    },
    advance: (acked, forgotten) => {
      let covered = 0;
      for (const { n, keys } of cranks) {
        if (n > acked) break;
        covered += 1;
        for (const key of keys) {
          // A later crank noted it again, or it was forgotten for another reason.
          if (newest.get(key) !== n) continue;
          newest.delete(key);
          forgotten?.(key);
        }
      }
      if (covered > 0) cranks.splice(0, covered);
    },
    get size() {
      return newest.size;
    },
  };
};
