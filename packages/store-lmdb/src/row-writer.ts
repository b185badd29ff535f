import { CooperageError } from '@cooperage/types';
import type { RootDatabase } from 'lmdb';
import type { CommitGate } from './files/commit-gate.js';
import { commitCause, writeError } from './files/commit-error.js';

/** Everything that is written to the environment goes through here. */
export interface RowWriter {
  /** @throws {CooperageError} where an earlier write has failed: what LMDB holds since then is not relied on */
  insistSound(): void;
  /**
   * Durable when it resolves.
   *
   * @param what  for the message of an error
   * @param queue puts and removes, and must not throw: LMDB would keep what was queued by then. Gives the size of
   *   it all in bytes, about.
   */
  write(what: string, queue: () => number): Promise<void>;
}

export const makeRowWriter = (
  directory: string,
  root: RootDatabase<Uint8Array, string>,
  gate: CommitGate,
): RowWriter => {
  let failure: CooperageError | undefined;

  const insistSound = (): void => {
    if (failure === undefined) return;
    throw new CooperageError(
      failure.code,
      `an earlier write failed, so the store must be opened again: ${failure.message}`,
      { cause: failure },
    );
  };

  return {
    insistSound,
    write: async (what, queue) => {
      insistSound();
      let size = 0;
      const wait = gate.enter();
      try {
        if (wait !== undefined) await wait;
        await root.batch(() => {
          size = queue();
        });
      } catch (error) {
        failure = writeError(directory, what, size, await commitCause(error));
        throw failure;
      } finally {
        gate.leave();
      }
      // Reads from here on see it.
      root.resetReadTxn();
    },
  };
};
