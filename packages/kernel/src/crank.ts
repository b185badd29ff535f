import type { CrankTables } from '@cooperage/types';
import type { Effects } from './effects.js';
import type { Garbage } from './garbage.js';
import type { KernelTables } from './tables/kernel-tables.js';

/** What the kernel's user adds to the end of a crank. */
export interface CrankEnd {
  /**
   * Hands deliveries out of inboxes. Handing out releases references, so the kernel collects garbage and
   * calls this again until it returns false: nothing moved.
   */
  handOut?(): boolean;
  /** Runs after the last row is written and before the crank is accepted, e.g. to record a hash of it. */
  beforeAccept?(): void;
}

/**
 * One crank on the tables, applied whole or not at all. The steps at its end have one order, which no caller can
 * get wrong: rows of terminated vats are deleted first, because each import among them that is released may leave an
 * object without a holder, and only then is garbage collected.
 */
export interface Cranks {
  /** Opens a crank; {@link finish} or {@link abandon} must follow. */
  begin(): void;
  /** Deletes a slice of what terminated vats left, collects garbage, writes the rows and accepts the crank. */
  finish(end?: CrankEnd): void;
  /** Aborts the crank on the tables, and forgets what it left in memory. */
  abandon(): void;
  /** Runs `act` as one crank. If `act` throws, the crank is abandoned and the error is thrown on. */
  run<T>(act: () => T, end?: CrankEnd): T;
}

export const makeCranks = (
  rows: CrankTables,
  tables: KernelTables,
  effects: Effects,
  garbage: Garbage,
): Cranks => {
  const finish = (end: CrankEnd = {}): void => {
    tables.remains.sweep();
    do garbage.collect();
    while (end.handOut?.() === true);
    tables.inboxes.advance();
    tables.flush();
    end.beforeAccept?.();
    rows.acceptCrank();
  };
  const abandon = (): void => {
    rows.abortCrank();
    effects.take();
    tables.forget();
    garbage.forget();
  };
  return {
    begin: () => rows.beginCrank(),
    finish,
    abandon,
    run: (act, end) => {
      rows.beginCrank();
      try {
        const result = act();
        finish(end);
        return result;
      } catch (error) {
        abandon();
        throw error;
      }
    },
  };
};
