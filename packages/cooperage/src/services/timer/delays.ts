/** Delays: calls of the timer that stay open until their time. A call that is made again finds its deadline. */
import { asError, type KObject } from '@cooperage/types';
import type { Alarms } from './alarms.js';
import { timerCancelled } from './times.js';

/** What the timer keeps beside its calls, so that a restart does not begin a delay anew. */
export interface Deadlines {
  /** The deadline of this call in milliseconds since 1970, where it was noted before. */
  find(callID: string): number | undefined;
  set(callID: string, deadline: number): void;
  forget(callID: string): void;
}

export interface Delays {
  /** Resolves with the time at which it does. */
  until(callID: string, deadline: number, token?: KObject): Promise<number>;
  cancel(token: KObject): void;
}

export const makeDelays = (deadlines: Deadlines, alarms: Alarms): Delays => {
  const cancels = new Map<KObject, Set<() => void>>();

  const onCancel = (token: KObject | undefined, cancel: () => void): (() => void) => {
    if (token === undefined) return () => undefined;
    const all = cancels.get(token) ?? new Set();
    cancels.set(token, all.add(cancel));
    return () => {
      all.delete(cancel);
      if (all.size === 0) cancels.delete(token);
    };
  };

  return {
    until: (callID, deadline, token) =>
      new Promise((resolve, reject) => {
        deadlines.set(callID, deadlines.find(callID) ?? deadline);
        const end = (settle: () => void): void => {
          release();
          alarms.clear(`delay ${callID}`);
          try {
            deadlines.forget(callID);
            settle();
          } catch (error) {
            // The kernel stopped for good: the call is made again after the next start.
            reject(asError(error));
          }
        };
        const release = onCancel(token, () => end(() => reject(timerCancelled())));
        alarms.set(`delay ${callID}`, deadlines.find(callID) ?? deadline, () =>
          end(() => resolve(alarms.now())),
        );
      }),
    cancel: (token) => {
      for (const cancel of [...(cancels.get(token) ?? [])]) cancel();
    },
  };
};
