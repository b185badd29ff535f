import { type KernelStore, LIMITS } from '@cooperage/types';

/** Group commit: when a group is written, and the promises that wait for it. */
export interface Commits {
  /** Writes the filling group, unless one is under way; the next one begins when that has landed. */
  start(): void;
  /** Writes it soon, or when it is full: nothing waits for it, and rows that are deleted until then are never written. */
  startSoon(): void;
  /** Resolves when everything that was accepted before the call is durable. */
  flush(): Promise<void>;
  /** Nothing is written until the returned function is called. */
  pause(): () => void;
  readonly isHeld: boolean;
  /** A record was retired into the filling group. */
  countRetired(): void;
  /** The group is as large as it may grow while the last one is being written. */
  readonly isFull: boolean;
  /** Everything that was accepted is durable. */
  readonly isDurable: boolean;
  /** Groups written. */
  readonly count: number;
  /** Resolves those whose group has become durable. */
  settleWaiters(): void;
  /** Rejects all promises that wait for a commit. */
  abandon(reason: Error): void;
}

export interface CommitsPowers {
  readonly store: KernelStore;
  /** Outputs wait for the filling group, even if its writes cancel out. */
  readonly isAwaited: () => boolean;
  /** A group is about to be written: the last moment to add to it. */
  readonly closing: () => void;
  readonly onDurable: () => void;
  readonly onFailure: (thrown: unknown) => void;
  /** A pause has ended. */
  readonly onResume: () => void;
}

/** Milliseconds that a group may fill while nothing waits for the disk. */
const PACE = 20;

interface Waiter {
  readonly group: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export const makeCommits = (powers: CommitsPowers): Commits => {
  const { store, isAwaited, closing, onDurable, onFailure, onResume } = powers;
  let flushing = false;
  let retired = 0;
  let count = 0;
  let pauses = 0;
  let waiters: Waiter[] = [];

  let timer: NodeJS.Timeout | undefined;

  const start = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (flushing || pauses > 0 || (store.pendingWrites === 0 && !isAwaited())) return;
    flushing = true;
    retired = 0;
    closing();
    store.flush().then(
      () => {
        flushing = false;
        count += 1;
        onDurable();
      },
      (thrown: unknown) => {
        flushing = false;
        onFailure(thrown);
      },
    );
  };

  return {
    start,
    startSoon: () => {
      if (retired >= LIMITS.groupRecords) start();
      else timer ??= setTimeout(start, PACE);
    },
    flush: async () => {
      const group = store.pendingWrites > 0 ? store.filling : store.filling - 1;
      if (group <= store.durable) return;
      await new Promise<void>((resolve, reject) => {
        waiters.push({ group, resolve, reject });
        start();
      });
    },
    pause: () => {
      pauses += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        pauses -= 1;
        onResume();
      };
    },
    get isHeld() {
      return pauses > 0;
    },
    countRetired: () => {
      retired += 1;
    },
    get isFull() {
      return flushing && retired >= LIMITS.groupRecords;
    },
    get isDurable() {
      return !flushing && store.pendingWrites === 0;
    },
    get count() {
      return count;
    },
    settleWaiters: () => {
      if (waiters.length === 0) return;
      const reached = waiters.filter(({ group }) => group <= store.durable);
      waiters = waiters.filter(({ group }) => group > store.durable);
      for (const { resolve } of reached) resolve();
      if (waiters.length > 0) start();
    },
    abandon: (reason) => {
      clearTimeout(timer);
      const abandoned = waiters;
      waiters = [];
      for (const { reject } of abandoned) reject(reason);
    },
  };
};
