/** Writes down when cranks ran, beside the history and not in it: no vat can see it, and no hash has it. */
import type { Core, CrankTime, Moment, WorkerMark } from '@cooperage/kernel';
import type { VatID } from '@cooperage/types';

export interface TimeLog {
  /** The newest crank of the history ran from one moment to another, in a thread that may be known. */
  ran(began: Moment, ended: Moment, thread?: number): void;
  mark(kind: WorkerMark['kind'], vatID: VatID): void;
  /** A group is about to be committed: its cranks' times become part of it. */
  write(): void;
}

/** Microseconds since 1970, of a time of `performance.now()`. */
export const momentOf = (time: number): Moment =>
  Math.round((performance.timeOrigin + time) * 1000);

export const makeTimeLog = ({ kernel, isRetiring, withoutHistory }: TimeLogPowers): TimeLog => {
  const { history } = kernel.tables;
  const newest = (): number => history.newest()?.crank ?? 0;
  /** The last crank that is written down. */
  let written = newest();
  let times = new Map<number, CrankTime>();
  let marks: WorkerMark[] = [];

  return {
    ran: (began, ended, thread) => {
      const crank = newest();
      if (crank <= written || times.has(crank)) return;
      times.set(crank, { began, ended, ...(thread !== undefined && { thread }) });
    },
    mark: (kind, vatID) => {
      marks.push({ kind, vatID, at: momentOf(performance.now()) });
    },
    write: () => {
      // Between two slices of a record nothing may be written: these go with the next group.
      if (times.size === 0 || isRetiring()) return;
      const first = written + 1;
      written = newest();
      const cranks = Array.from({ length: written - first + 1 }, (_, i) => times.get(first + i));
      const group = { first, committed: momentOf(performance.now()), cranks, marks };
      times = new Map();
      marks = [];
      withoutHistory(() => history.times.append(group));
    },
  };
};

export interface TimeLogPowers {
  readonly kernel: Core['kernel'];
  readonly isRetiring: () => boolean;
  readonly withoutHistory: Core['withoutHistory'];
}
