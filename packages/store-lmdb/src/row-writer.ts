import { CooperageError } from '@cooperage/types';
import type { RootDatabase } from 'lmdb';
import type { CommitGate } from './files/commit-gate.js';
import type { Presence } from './files/presence.js';
import { writeError } from './files/store-error.js';
import { transact } from './transaction.js';

/** Everything that is written to the environment goes through here. */
export interface RowWriter {
  /** @throws {CooperageError} where an earlier write has failed: what LMDB holds since then is not relied on; where the store is lost */
  insistSound(): void;
  /**
   * Durable when it resolves.
   *
   * @param what  for the message of an error
   * @param queue puts and removes, and must not throw: LMDB would keep what was queued by then. Gives the size of
   *   it all in bytes, about.
   */
  write(what: string, queue: () => number): Promise<void>;
  /**
   * The same for what another thread writes.
   *
   * @param size of it all in bytes, about
   */
  writeElsewhere(what: string, size: number, write: () => Promise<void>): Promise<void>;
}

export interface RowWriterPowers {
  /** For messages. */
  readonly directory: string;
  readonly root: RootDatabase<Uint8Array, string>;
  /** Around each transaction. */
  readonly gate: CommitGate;
  readonly presence: Pick<Presence, 'insist' | 'loss'>;
}

export const makeRowWriter = ({ directory, root, gate, presence }: RowWriterPowers): RowWriter => {
  let failure: CooperageError | undefined;

  const insistSound = (): void => {
    if (failure === undefined) {
      presence.insist();
      return;
    }
    throw new CooperageError(
      failure.code,
      `an earlier write failed, so the store must be opened again: ${failure.message}`,
      { cause: failure },
    );
  };

  const guarded = async (
    what: string,
    act: () => Promise<unknown>,
    size: () => number,
  ): Promise<void> => {
    insistSound();
    const wait = gate.enter();
    try {
      if (wait !== undefined) await wait;
      await act();
      // What went into a file that no name leads to is not durable.
      presence.insist();
    } catch (error) {
      failure = presence.loss ?? writeError(directory, what, size(), error);
      throw failure;
    } finally {
      gate.leave();
    }
    // Reads from here on see it.
    root.resetReadTxn();
  };

  return {
    insistSound,
    write: (what, queue) => {
      let size = 0;
      return guarded(
        what,
        () =>
          transact(root, () => {
            size = queue();
          }),
        () => size,
      );
    },
    writeElsewhere: (what, size, write) => guarded(what, write, () => size),
  };
};
