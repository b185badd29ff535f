/** Single steps that callers ask for: each is answered when its effects are performed and durable. */
import type { Retired } from '@cooperage/kernel';
import type { CooperageError } from '@cooperage/types';

interface Waiter {
  readonly resolve: (retired?: Retired) => void;
  readonly reject: (reason: unknown) => void;
}

export interface Steps {
  /** Whether a step was asked for and not made. */
  readonly some: boolean;
  ask(): Promise<Retired | undefined>;
  /** A record was retired: it is the step that was asked for, if one was. */
  onRetired(retired: Retired): void;
  /** The effects of the recorded steps are performed. */
  performed(): void;
  /** There is nothing to retire: resolves the promises that wait for a step. */
  idle(): void;
  abandon(reason: CooperageError): void;
}

export const makeSteps = (flush: () => Promise<void>): Steps => {
  let wanted = 0;
  /** Steps that were made, whose effects are still to be performed. */
  const made: Retired[] = [];
  let waiters: Waiter[] = [];

  const takeWaiters = (): Waiter[] => {
    const taken = waiters;
    waiters = [];
    return taken;
  };

  return {
    get some() {
      return wanted > 0;
    },
    ask: () =>
      new Promise((resolve, reject) => {
        wanted += 1;
        waiters.push({ resolve, reject });
      }),
    onRetired: (retired) => {
      if (wanted === 0) return;
      wanted -= 1;
      made.push(retired);
    },
    performed: () => {
      for (const retired of made.splice(0)) {
        const waiter = waiters.shift();
        if (waiter !== undefined) void flush().then(() => waiter.resolve(retired), waiter.reject);
      }
    },
    idle: () => {
      wanted = 0;
      for (const { resolve } of takeWaiters()) resolve(undefined);
    },
    abandon: (reason) => {
      for (const { reject } of takeWaiters()) reject(reason);
    },
  };
};
