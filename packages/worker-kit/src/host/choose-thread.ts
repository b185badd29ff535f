/** Which thread a new vat goes to. */
export interface Candidate {
  readonly vats: { readonly size: number };
  /** Part of its recent time that the thread was not idle, from 0 to 1. */
  utilization(): number;
}

/**
 * The thread with the least to do: each vat counts, and a busy vat counts as several.
 * @returns undefined where a new thread is due: there is room for one and none is empty
 */
export const chooseThread = <T extends Candidate>(
  threads: readonly T[],
  size: number,
): T | undefined => {
  const vats = threads.reduce((sum, thread) => sum + thread.vats.size, 0);
  /** What a thread that is never idle counts for: as much as its share of all vats, twice. */
  const weight = threads.length === 0 ? 0 : (2 * vats) / threads.length + 1;
  const ranked = threads
    .map((thread) => ({ thread, load: thread.vats.size + weight * thread.utilization() }))
    .sort((a, b) => a.load - b.load);
  const [least] = ranked;
  if (least === undefined) return undefined;
  return least.thread.vats.size > 0 && threads.length < size ? undefined : least.thread;
};
