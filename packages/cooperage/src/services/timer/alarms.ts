/** The clock behind the timer: what is to be done at which time, in this process. */
import { type Clock, HOST_CLOCK } from './clock.js';

export interface Alarms {
  /** Milliseconds since 1970. */
  now(): number;
  /** In place of what was set by this name. */
  set(name: string, at: number, ring: () => void): void;
  clear(name: string): void;
  /** Forgets all, and takes no more. */
  stop(): void;
}

export const makeAlarms = (clock: Clock = HOST_CLOCK): Alarms => {
  const cancels = new Map<string, () => void>();
  let isStopped = false;

  const clear = (name: string): void => {
    cancels.get(name)?.();
    cancels.delete(name);
  };

  const set = (name: string, at: number, ring: () => void): void => {
    clear(name);
    if (isStopped) return;
    const cancel = clock.wakeAt(at, () => {
      cancels.delete(name);
      if (at > clock.now()) set(name, at, ring);
      else ring();
    });
    cancels.set(name, cancel);
  };

  return {
    now: () => clock.now(),
    set,
    clear,
    stop: () => {
      isStopped = true;
      cancels.forEach((cancel) => cancel());
      cancels.clear();
    },
  };
};
