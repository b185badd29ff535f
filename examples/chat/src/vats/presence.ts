/**
 * Presence: a person is away while a call of their listener has had no answer for some time. It is kept in the heap;
 * after an upgrade each person counts as present until the next call shows otherwise.
 */

/** Milliseconds without an answer after which a person is away. */
const PATIENCE = 10_000;

interface OpenCalls {
  count: number;
  readonly since: number;
}

export const makePresence = (now: () => number) => {
  const open = new Map<string, OpenCalls>();
  const away = new Set<string>();
  return {
    isHere: (key: string): boolean => !away.has(key),
    /** Records a call. @returns a function for its answer, which returns true if the person was away and is back */
    called: (key: string): (() => boolean) => {
      const calls = open.get(key) ?? { count: 0, since: now() };
      calls.count += 1;
      open.set(key, calls);
      return () => {
        calls.count -= 1;
        if (calls.count === 0) open.delete(key);
        return calls.count === 0 && away.delete(key);
      };
    },
    /** Marks those as away whose answers are overdue. @returns true if no state changed */
    update: (): boolean => {
      const before = away.size;
      for (const [key, { since }] of open) if (now() - since > PATIENCE) away.add(key);
      return away.size === before;
    },
  };
};
