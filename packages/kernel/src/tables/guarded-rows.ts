import { CooperageError, type CrankTables, type LateRows, messageOf } from '@cooperage/types';
import { KernelStop } from '../panic.js';

/**
 * If the store refuses a key or a crank, the kernel has made a mistake; its other errors describe what happened to
 * it.
 */
const stop = (thrown: unknown): KernelStop => {
  if (!(thrown instanceof CooperageError)) {
    return new KernelStop('STORE_FAILED', `the store failed: ${messageOf(thrown)}`, {
      cause: thrown,
    });
  }
  const code = thrown.code === 'BAD_ARGUMENT' ? 'KERNEL_PANIC' : thrown.code;
  return new KernelStop(code, thrown.message, { cause: thrown });
};

const guarded = <Args extends readonly unknown[], Result>(
  act: (...args: Args) => Result,
): ((...args: Args) => Result) => {
  return (...args) => {
    try {
      return act(...args);
    } catch (thrown) {
      throw stop(thrown);
    }
  };
};

const guardAttach = (rows: CrankTables): Pick<CrankTables, 'attach'> => {
  const attach = rows.attach?.bind(rows);
  return attach === undefined ? {} : { attach: guarded((late: LateRows) => guarded(attach(late))) };
};

/** The same rows, but errors of their store stop the kernel, whatever it was examining when it read them. */
export const guardRows = (rows: CrankTables): CrankTables => ({
  ...guardAttach(rows),
  get: (key) => {
    try {
      return rows.get(key);
    } catch (thrown) {
      throw stop(thrown);
    }
  },
  has: guarded((key) => rows.has(key)),
  keys: (start, end) => {
    const found = guarded(() => rows.keys(start, end))();
    const iterator: IterableIterator<string> = {
      next: guarded(() => found.next()),
      return: (value?: string) => {
        found.return?.(value);
        return { done: true, value };
      },
      [Symbol.iterator]: () => iterator,
    };
    return iterator;
  },
  set: guarded((key, value) => rows.set(key, value)),
  delete: guarded((key) => rows.delete(key)),
  beginCrank: guarded(() => rows.beginCrank()),
  acceptCrank: guarded(() => rows.acceptCrank()),
  abortCrank: guarded(() => rows.abortCrank()),
  suspendCrank: guarded(() => rows.suspendCrank()),
  resumeCrank: guarded(() => rows.resumeCrank()),
  readyCrank: guarded((count) => rows.readyCrank(count)),
  crankWrites: () => rows.crankWrites(),
});
