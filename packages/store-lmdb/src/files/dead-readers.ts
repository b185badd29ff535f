/** Milliseconds between two looks. */
const INTERVAL = 2_000;

interface Readers {
  /** @returns how many were dead */
  readerCheck(): number;
}

/**
 * Clears from time to time what killed views left in the lock file of an open store: as long as a reader seems to live, no
 * page that was freed since it began is used again, and the data file grows with each commit. The timer keeps no process
 * alive.
 *
 * @returns ends it
 */
export const clearDeadReaders = (root: Readers): (() => void) => {
  const timer = setInterval(() => root.readerCheck(), INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
};
