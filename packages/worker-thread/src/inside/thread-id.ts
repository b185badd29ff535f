import { readlinkSync } from 'node:fs';

/** The number by which the system knows this thread; undefined where it does not tell. */
export const systemThreadID = (): number | undefined => {
  try {
    // "1234/task/1240"
    const id = Number(readlinkSync('/proc/thread-self').split('/').pop());
    return Number.isSafeInteger(id) ? id : undefined;
  } catch {
    return undefined;
  }
};
