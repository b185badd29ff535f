/**
 * The numbers that this vat gives out. They are written at the end of a crank
 * and never go back, not even over an upgrade: a number always names the same thing.
 */
import type { LiveSlotsSyscall } from '@cooperage/types';

export type CounterName = 'exportID' | 'collectionID' | 'promiseID';

export interface IdCounters {
  /** Reads what an earlier incarnation left. Must come before the first `next`. */
  load(): void;
  next(name: CounterName): number;
  flush(): void;
}

/** `o+0` is the root, so exports count from 1; promises count from 5 to tell the numbers apart in a trace. */
const FIRST: Readonly<Record<CounterName, number>> = { exportID: 1, collectionID: 1, promiseID: 5 };

const KEY = 'idCounters';

export const makeIdCounters = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet'>,
): IdCounters => {
  let counters: Record<CounterName, number> = { ...FIRST };
  let dirty = false;

  return {
    load() {
      const saved = syscall.vatstoreGet(KEY);
      counters = { ...FIRST, ...(saved === undefined ? {} : (JSON.parse(saved) as object)) };
      dirty = true;
    },
    next(name) {
      dirty = true;
      const id = counters[name];
      counters[name] = id + 1;
      return id;
    },
    flush() {
      if (!dirty) return;
      syscall.vatstoreSet(KEY, JSON.stringify(counters));
      dirty = false;
    },
  };
};
