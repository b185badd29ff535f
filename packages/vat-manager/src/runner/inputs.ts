import type { Host } from '@cooperage/kernel';

/**
 * Inputs that wait because a record is in the middle of being retired: there is none between two of its slices. Those that
 * come when inputs have taken much of a turn of the event loop wait for a later one.
 */
export interface Inputs {
  /** Nothing is in the way of an input. */
  readonly isFree: boolean;
  /** Makes the input now if none waits before it, and otherwise in its order. */
  soon<T>(act: (host: Host) => T): Promise<T>;
  /** The same, for an input that is prepared just before its crank. */
  prepared<T>(prepare: () => (host: Host) => T): Promise<T>;
  /** Makes those that wait, in order, as long as it is not over. */
  makeWaiting(isOver: () => boolean): void;
  /** Resolves when nothing is in the way of an input. */
  whenFree(): Promise<void>;
  /** Rejects all that wait. */
  abandon(reason: Error): void;
}

export interface InputsPowers {
  /** A record is between two of its slices. */
  readonly isRetiring: () => boolean;
  /** Makes an input. */
  readonly make: <T>(act: (host: Host) => T) => T;
  /** Something waits. */
  readonly changed: () => void;
}

/** Milliseconds of inputs in one turn of the event loop, before others wait for the next. */
const TIME_SLICE = 5;

/** @returns whether inputs have had their time in this turn; counts from the first one on */
const makeTurnClock = (): (() => boolean) => {
  let until: number | undefined;
  return () => {
    const now = performance.now();
    if (until === undefined) {
      until = now + TIME_SLICE;
      setImmediate(() => {
        until = undefined;
      });
    }
    return now >= until;
  };
};

interface Waiting {
  readonly make: () => void;
  readonly reject: (reason: Error) => void;
}

export const makeInputs = ({ isRetiring, make, changed }: InputsPowers): Inputs => {
  let queue: Waiting[] = [];
  /** Index in `queue` of the first that waits. */
  let first = 0;
  let idlers: (() => void)[] = [];
  const isTurnOver = makeTurnClock();
  const isFree = (): boolean => !isRetiring() && first === queue.length;

  type Prepare<T> = () => (host: Host) => T;

  const attempt = async <T>(prepare: Prepare<T>): Promise<T> => make(prepare());

  const prepared = async <T>(prepare: Prepare<T>): Promise<T> => {
    if (isFree() && !isTurnOver()) return attempt(prepare);
    return new Promise((resolve, reject) => {
      queue.push({ make: () => resolve(attempt(prepare)), reject });
      changed();
    });
  };

  const settleIdlers = (): void => {
    const settled = idlers;
    idlers = [];
    for (const resolve of settled) resolve();
  };

  return {
    get isFree() {
      return isFree();
    },
    soon: (act) => prepared(() => act),
    prepared,
    makeWaiting: (isOver) => {
      while (first < queue.length && !isRetiring() && !isOver()) {
        const next = queue[first];
        first += 1;
        next?.make();
      }
      if (first === queue.length) {
        queue = [];
        first = 0;
      }
      if (isFree()) settleIdlers();
    },
    whenFree: async () => {
      if (isFree()) return;
      await new Promise<void>((resolve) => {
        idlers.push(resolve);
        changed();
      });
    },
    abandon: (reason) => {
      const abandoned = queue.slice(first);
      queue = [];
      first = 0;
      for (const { reject } of abandoned) reject(reason);
      settleIdlers();
    },
  };
};
