import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import extensions from 'fs-native-extensions';

const GATE_FILE = 'gate.lock';

/**
 * Keeps commits apart from opens of the same data file in other processes.
 *
 * Whenever the database library opens a file, it sets the number of the newest transaction, which all processes share,
 * to the number that the file had when the open began (`mdb_env_open2`). If another process commits in between, its next
 * transaction gets a number that is taken: it writes into pages that readers have mapped, and the process dies.
 */
export interface CommitGate {
  /** Waits until no other process is in; a promise only where it has to wait. Each call needs one of {@link leave}. */
  enter(): Promise<void> | undefined;
  leave(): void;
  /** Nothing may be under way. */
  close(): void;
}

export const gateOf = (directory: string): string => join(directory, GATE_FILE);

export const openCommitGate = (directory: string): CommitGate => {
  const fd = openSync(gateOf(directory), 'a');
  // The lock belongs to the open file: whatever is in at the same time in this process shares it.
  let inside = 0;
  let waiting: Promise<void> | undefined;
  return {
    enter: () => {
      inside += 1;
      if (inside === 1) {
        waiting = extensions.tryLock(fd, 0, 1)
          ? undefined
          : extensions.waitForLock(fd, 0, 1).finally(() => {
              waiting = undefined;
            });
      }
      return waiting;
    },
    leave: () => {
      inside -= 1;
      if (inside === 0) extensions.unlock(fd, 0, 1);
    },
    close: () => closeSync(fd),
  };
};

/** Runs `work` while no other process is in. */
export const insideGate = async <T>(gate: CommitGate, work: () => Promise<T>): Promise<T> => {
  try {
    await gate.enter();
    return await work();
  } finally {
    gate.leave();
  }
};
