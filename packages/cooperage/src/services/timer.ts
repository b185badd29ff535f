import { asError } from '@cooperage/types';
import { makeService, type Service } from '../host/service.js';

/** What the timer keeps beside its calls, so that a restart does not begin a delay anew. */
export interface TimerNotes {
  /** The deadline of this call in milliseconds since 1970, where it was noted before. */
  find(callID: string): number | undefined;
  note(callID: string, deadline: number): void;
  forget(callID: string): void;
}

/** The longest delay that one `setTimeout` takes. */
const LONGEST = 2_147_483_647;

export interface Timer {
  readonly service: Service;
  /** Forgets all delays under way, and begins no more; they go on after the next start. */
  stop(): void;
}

const insistMilliseconds = (value: unknown, method: string): number => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0) || !Number.isFinite(number)) {
    throw new RangeError(`timer.${method} takes milliseconds from 0`);
  }
  return number;
};

/**
 * `E(timer).delay(ms)` resolves that much later, `E(timer).wakeAt(time)` at that time, each with the time at
 * which it does; `E(timer).now()` is the time in milliseconds since 1970.
 */
export const makeTimer = (notes: TimerNotes): Timer => {
  const running = new Set<NodeJS.Timeout>();
  let stopped = false;

  const wakeAt = (callID: string, deadline: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const wait = (): void => {
        if (stopped) return;
        const left = deadline - Date.now();
        if (left <= 0) {
          try {
            notes.forget(callID);
            resolve(Date.now());
          } catch (error) {
            // The kernel stopped for good: the call is made again after the next start.
            reject(asError(error));
          }
          return;
        }
        const timeout = setTimeout(
          () => {
            running.delete(timeout);
            wait();
          },
          Math.min(left, LONGEST),
        );
        running.add(timeout);
      };
      wait();
    });

  const service = makeService(
    ({ id, method, args }) => {
      switch (method) {
        case 'now':
          return Date.now();
        case 'delay': {
          const duration = insistMilliseconds(args[0], method);
          const deadline = notes.find(id) ?? Date.now() + duration;
          notes.note(id, deadline);
          return wakeAt(id, deadline);
        }
        case 'wakeAt':
          return wakeAt(id, insistMilliseconds(args[0], method));
        default:
          throw new TypeError(`the timer has no method "${method}"; it has now, delay and wakeAt`);
      }
    },
    { background: true },
  );

  return {
    service,
    stop: () => {
      stopped = true;
      running.forEach((timeout) => clearTimeout(timeout));
      running.clear();
    },
  };
};
