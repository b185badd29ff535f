/** Whether the kernel is running, was closed, or has failed. */
import { CooperageError, messageOf } from '@cooperage/types';

export interface Lifetime {
  readonly failure: CooperageError | undefined;
  /** The kernel begins nothing new, and makes durable what it has done. */
  readonly isClosing: boolean;
  readonly isClosed: boolean;
  /** Stops the kernel with this failure. Only the first one counts. */
  readonly fail: (thrown: unknown) => void;
  /** @throws {CooperageError} if the kernel does not run any more: `CLOSED`, or the reason of its failure */
  readonly insistOpen: () => void;
  beginClosing(): void;
  /** The kernel does nothing and accepts no more messages. */
  end(): void;
  /** Rejects the promises of callers that wait for what will not come any more. */
  abandon(reason: CooperageError): void;
  /** @returns the result of the work; rejects if the kernel ends before */
  readonly orFailure: <T>(work: Promise<T>) => Promise<T>;
}

export interface LifetimePowers {
  /** Rejects what callers wait for. */
  readonly abandoned: (reason: CooperageError) => void;
  readonly failed: (failure: CooperageError) => void;
}

/** A promise whose rejection is never reported as unhandled. */
export const unawaited = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

export const makeLifetime = ({ abandoned, failed }: LifetimePowers): Lifetime => {
  let failure: CooperageError | undefined;
  let isClosing = false;
  let isClosed = false;
  let givenUp: CooperageError | undefined;
  /** How to reject what callers wait for. What has come is not in it: a race with one lasting promise would keep all. */
  const waiting = new Set<(reason: CooperageError) => void>();

  const abandon = (reason: CooperageError): void => {
    abandoned(reason);
    givenUp ??= reason;
    for (const reject of waiting) reject(givenUp);
    waiting.clear();
  };

  const orFailure = <T>(work: Promise<T>): Promise<T> => {
    // What has come already counts.
    if (givenUp !== undefined) return Promise.race([work, Promise.reject(givenUp)]);
    return new Promise<T>((resolve, reject) => {
      waiting.add(reject);
      const over =
        <Outcome>(settle: (outcome: Outcome) => void) =>
        (outcome: Outcome): void => {
          waiting.delete(reject);
          settle(outcome);
        };
      work.then(over(resolve), over(reject));
    });
  };

  return {
    get failure() {
      return failure;
    },
    get isClosing() {
      return isClosing;
    },
    get isClosed() {
      return isClosed;
    },
    fail: (thrown) => {
      if (failure !== undefined) return;
      failure =
        thrown instanceof CooperageError
          ? thrown
          : new CooperageError('KERNEL_PANIC', messageOf(thrown), { cause: thrown });
      abandon(failure);
      failed(failure);
    },
    insistOpen: () => {
      if (failure !== undefined) throw failure;
      if (isClosed) throw new CooperageError('CLOSED', 'the kernel is closed');
    },
    beginClosing: () => {
      isClosing = true;
    },
    end: () => {
      isClosed = true;
    },
    abandon,
    orFailure,
  };
};
