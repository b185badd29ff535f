/** What tells the timer the time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back at this time or later, once; earlier where that is too far away. @returns a function that cancels it */
  wakeAt(time: number, callback: () => void): () => void;
}

/** The longest delay that one `setTimeout` takes. */
const LONGEST = 2_147_483_647;

export const HOST_CLOCK: Clock = {
  now: () => Date.now(),
  wakeAt: (time, callback) => {
    const wait = Math.max(0, Math.min(time - Date.now(), LONGEST));
    const timeout = setTimeout(callback, wait);
    return () => clearTimeout(timeout);
  },
};
