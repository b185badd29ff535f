/**
 * How much memory a thread has touched for the first time, where the system tells (Linux): the only
 * thing that shows from outside which of several threads makes the process grow.
 */
import { readFileSync } from 'node:fs';

/** Field of `/proc/<pid>/task/<tid>/stat`, counted after the command's closing parenthesis. */
const MINOR_FAULTS = 7;

/** @returns 0 where the system does not tell, so that comparisons stay possible */
export const pageFaultsOf = (threadID: number | undefined): number => {
  if (threadID === undefined) return 0;
  try {
    const stat = readFileSync(`/proc/self/task/${threadID}/stat`, 'latin1');
    // The command may contain spaces and parentheses of its own.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[MINOR_FAULTS]);
  } catch {
    return 0;
  }
};
