/** Numbers that a seed determines. */
export interface Random {
  /** From 0 to below `n`. */
  below(n: number): number;
  /** True with the probability `p`. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
}

export const makeRandom = (seed: number): Random => {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (items) => items[below(items.length)] as never };
};
