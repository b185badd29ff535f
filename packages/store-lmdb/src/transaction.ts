import type { RootDatabase } from 'lmdb';

/** LMDB's rejection says "see commitError"; that is a promise of the error itself. */
const commitCause = async (failed: unknown): Promise<unknown> => {
  const detail = (failed as { commitError?: Promise<unknown> } | undefined)?.commitError;
  if (detail === undefined) return failed;
  try {
    await detail;
    return failed;
  } catch (cause) {
    return cause;
  }
};

/**
 * One transaction, durable when it resolves; rejected with what the operating system or LMDB says. Each transaction of
 * ours goes through here: LMDB gives out the reason of a failure as a second promise, whose rejection ends the process
 * unless it is handled before anything else is waited for.
 *
 * @param queue puts and removes, and must not throw: LMDB would keep what was queued by then
 */
export const transact = async (
  root: RootDatabase<Uint8Array, string>,
  queue: () => void,
): Promise<void> => {
  try {
    await root.batch(queue);
  } catch (rejection) {
    throw await commitCause(rejection);
  }
};
