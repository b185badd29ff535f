import { type CrankTables, finishWork, type Pace, type Work } from '@cooperage/types';
import type { Effects } from './effects.js';
import type { Garbage } from './garbage/garbage.js';
import type { Messages } from './messages/messages.js';
import type { KernelTables } from './tables/kernel-tables.js';

/** Steps that the caller adds to the end of a crank. */
export interface CrankEnd {
  /**
   * Hands deliveries out of inboxes. Handing out releases references, so the kernel collects garbage and
   * calls this again until it returns false: nothing moved.
   */
  handOut?(): Work<boolean>;
  /** Runs after the last row is written and before the crank is accepted, e.g. to record a hash of it. */
  beforeAccept?(): Work;
}

/**
 * One crank on the tables, applied whole or not at all. The order of its final steps is fixed here: first rows of
 * terminated vats are deleted, because each released import may leave an object without references; then garbage is
 * collected.
 */
export interface Cranks {
  /** Runs `act` as one crank. If `act` throws, the crank is abandoned and the error is thrown on. */
  run<T>(act: () => T, end?: CrankEnd): T;
  /**
   * Runs it in slices. Between two of them call {@link Cranks.suspend}, and before the next one {@link
   * Cranks.resume}: until the end nothing of the crank is visible. To abandon it, resume it and call `return()` of
   * the work.
   */
  runInSlices<T>(act: () => Work<T>, end?: CrankEnd): Work<T>;
  suspend(): void;
  resume(): void;
}

export interface CrankPowers {
  readonly rows: CrankTables;
  readonly tables: KernelTables;
  readonly effects: Effects;
  readonly messages: Messages;
  readonly garbage: Garbage;
  readonly pace: Pace;
}

/** Rows that are serialized in one slice. */
const READY_ROWS = 500;

export const makeCranks = ({
  rows,
  tables,
  effects,
  messages,
  garbage,
  pace,
}: CrankPowers): Cranks => {
  const finish = function* (end: CrankEnd): Work {
    yield* messages.drain();
    tables.leftRows.sweep();
    yield* garbage.collectPostponed();
    do yield* garbage.collect();
    while (end.handOut !== undefined && (yield* end.handOut()));
    for (const vatID of tables.inboxes.takeAwaited()) {
      if (tables.isPaused(vatID)) effects.add({ type: 'delivery-waits', vatID });
    }
    tables.inboxes.advance();
    yield* tables.finish(pace);
    if (end.beforeAccept !== undefined) yield* end.beforeAccept();
    while (rows.readyCrank(READY_ROWS)) if (pace.spend(READY_ROWS)) yield;
    rows.acceptCrank();
    tables.accept();
  };
  const abandon = (): void => {
    rows.abortCrank();
    effects.take();
    messages.forget();
    tables.forget();
    garbage.forget();
  };
  const runInSlices = function* <T>(act: () => Work<T>, end: CrankEnd = {}): Work<T> {
    rows.beginCrank();
    let isAccepted = false;
    try {
      const result = yield* act();
      yield* finish(end);
      isAccepted = true;
      return result;
    } finally {
      // The work threw, or was abandoned between two slices.
      if (!isAccepted) abandon();
    }
  };
  return {
    runInSlices,
    run: (act, end) =>
      finishWork(
        // eslint-disable-next-line require-yield -- all its work is one slice
        runInSlices(function* () {
          return act();
        }, end),
      ),
    suspend: () => {
      rows.suspendCrank();
      tables.suspend();
    },
    resume: () => {
      tables.resume();
      rows.resumeCrank();
    },
  };
};
