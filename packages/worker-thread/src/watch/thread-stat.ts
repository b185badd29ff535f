/** What the system tells of one thread of this process (Linux). */
import { readFileSync } from 'node:fs';

/** Fields of `/proc/<pid>/task/<tid>/stat`, counted after the command's closing parenthesis (proc_pid_stat(5)). */
const MINOR_FAULTS = 7;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
/** Linux shows ticks of this length to programs, whatever those of the kernel are. */
const TICK = 10;

const fieldsOf = (threadID: number | undefined): readonly string[] | undefined => {
  if (threadID === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/self/task/${threadID}/stat`, 'latin1');
    // The command may contain spaces and parentheses of its own.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
};

/**
 * How many pages a thread has touched for the first time: the only thing that shows from outside which of several
 * threads makes the process grow.
 *
 * @returns 0 where the system does not tell, so that comparisons stay possible
 */
export const pageFaultsOf = (threadID: number | undefined): number =>
  Number(fieldsOf(threadID)?.[MINOR_FAULTS] ?? 0);

/** @returns milliseconds that a thread has been on a processor, undefined where the system does not tell */
const processorTimeOf = (threadID: number | undefined): number | undefined => {
  const fields = fieldsOf(threadID);
  if (fields === undefined) return undefined;
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK;
};

export interface ThreadStat {
  /** See {@link pageFaultsOf}. */
  pageFaults(): number;
  /** Milliseconds on a processor so far, undefined where the system does not tell. */
  processorTime(): number | undefined;
}

/** @param threadID of the system, once the thread has said it */
export const makeThreadStat = (threadID: () => number | undefined): ThreadStat => ({
  pageFaults: () => pageFaultsOf(threadID()),
  processorTime: () => processorTimeOf(threadID()),
});
