/** The clock behind the timer: what is to be done at which time, in this process. */

/** The longest delay that one `setTimeout` takes. */
const LONGEST = 2_147_483_647;

export interface Alarms {
  /** In place of what was set by this name. */
  set(name: string, at: number, ring: () => void): void;
  clear(name: string): void;
  /** Forgets all, and takes no more. */
  stop(): void;
}

export const makeAlarms = (): Alarms => {
  const timeouts = new Map<string, NodeJS.Timeout>();
  let isStopped = false;

  const clear = (name: string): void => {
    clearTimeout(timeouts.get(name));
    timeouts.delete(name);
  };

  const set = (name: string, at: number, ring: () => void): void => {
    clear(name);
    if (isStopped) return;
    const left = at - Date.now();
    const wait = Math.max(0, Math.min(left, LONGEST));
    timeouts.set(
      name,
      setTimeout(() => {
        timeouts.delete(name);
        if (at > Date.now()) set(name, at, ring);
        else ring();
      }, wait),
    );
  };

  return {
    set,
    clear,
    stop: () => {
      isStopped = true;
      timeouts.forEach((timeout) => clearTimeout(timeout));
      timeouts.clear();
    },
  };
};
