import type { History } from '../../tables/history.js';
import { keys } from '../../tables/schema.js';

/** The history has no gaps and ends at its newest crank. */
export const checkHistory = (
  history: History,
  report: (key: string, problem: string) => void,
): void => {
  const newest = history.newest();
  const oldest = history.oldest();
  if (newest === undefined) {
    if (oldest !== undefined) report(keys.history(oldest), 'no history is kept');
    return;
  }
  if (history.find(newest.crank)?.hash !== newest.hash) {
    report(keys.historyNewest, `the row of crank ${newest.crank} is missing, or has another hash`);
  }
  if (history.find(newest.crank + 1) !== undefined) {
    report(keys.history(newest.crank + 1), 'it is of a crank after the newest one');
  }
  for (let crank = newest.crank; crank > (oldest ?? 0); crank -= 1) {
    if (history.find(crank) === undefined) report(keys.history(crank), 'missing');
  }
};
