/** Compares what a crank does when it is run again with what its record says that it did. */
import {
  type CompletionRecord,
  CooperageError,
  type Divergence,
  type SyscallEntry,
} from '@cooperage/types';

export interface ReplayCheck {
  /**
   * The next syscall of the crank.
   * @returns the recorded answer
   * @throws {CooperageError} `REPLAY_DIVERGED`, from the first difference on
   */
  next(syscall: string): string | null | undefined;
  /** The crank is over. */
  finish(error: string | undefined): Divergence | undefined;
}

export const makeReplayCheck = (record: CompletionRecord): ReplayCheck => {
  const { n, status, syscalls } = record;
  let index = 0;
  let divergence: Divergence | undefined;
  const stop = (): never => {
    throw new CooperageError('REPLAY_DIVERGED', `the replay of delivery ${n} diverged`);
  };

  return {
    next: (actual) => {
      if (divergence !== undefined) return stop();
      const entry: SyscallEntry | undefined = syscalls[index];
      const expected = entry === undefined ? undefined : JSON.stringify(entry[0]);
      if (expected !== actual) {
        divergence = { n, index, expected, actual };
        return stop();
      }
      index += 1;
      return entry?.[1];
    },
    finish: (error) => {
      if (divergence !== undefined) return divergence;
      const missing = syscalls[index];
      if (missing !== undefined) {
        return { n, index, expected: JSON.stringify(missing[0]), actual: undefined };
      }
      const expected = status[0];
      const actual = error === undefined ? 'ok' : 'error';
      if (expected === actual) return undefined;
      return {
        n,
        index,
        expected: JSON.stringify(status),
        actual: JSON.stringify(error === undefined ? ['ok'] : ['error', error]),
      };
    },
  };
};
