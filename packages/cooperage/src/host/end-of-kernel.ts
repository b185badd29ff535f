/**
 * Promises of the host API that are rejected because the kernel has ended. A program that closes its kernel while an
 * answer is still to come need not wait for that answer: Node.js ends a process for a rejection that has no handler.
 */
import { type CooperageError, isCooperageError } from '@cooperage/types';

export interface EndOfKernel {
  /** The kernel stopped for good, with this error. */
  setFailure(failure: CooperageError): void;
  /** Whether a rejection with this reason counts as handled: the kernel was closed, or failed and a listener heard of that. */
  isKnown(reason: unknown): boolean;
  /**
   * Begins the work at once, and promises its outcome. A rejection counts as handled where its reason is that the kernel was closed,
   * or that it failed and a listener heard of that; any other is the caller's to handle.
   */
  cover<T>(work: () => T | PromiseLike<T>): Promise<T>;
  /** The function, with its promises covered. */
  covering<Args extends readonly unknown[], T>(
    act: (...args: Args) => PromiseLike<T>,
  ): (...args: Args) => Promise<T>;
}

/** @param isHeard whether a listener is told that the kernel failed */
export const makeEndOfKernel = (isHeard: () => boolean): EndOfKernel => {
  let failed: CooperageError | undefined;

  const isKnown = (reason: unknown): boolean =>
    isCooperageError(reason) && (reason.code === 'CLOSED' || (reason === failed && isHeard()));

  const cover = <T>(work: () => T | PromiseLike<T>): Promise<T> => {
    const begun = (async () => work())();
    const covered: Promise<T> = begun.catch((reason: unknown) => {
      if (isKnown(reason)) covered.catch(() => undefined);
      throw reason;
    });
    return covered;
  };

  return {
    setFailure: (failure) => {
      failed = failure;
    },
    isKnown,
    cover,
    covering:
      (act) =>
      (...args) =>
        cover(() => act(...args)),
  };
};
