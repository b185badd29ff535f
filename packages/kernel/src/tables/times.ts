/**
 * When the cranks of the history ran, by the host's clock: one row for each group of cranks that was committed. They are
 * about the host and not about the kernel: two kernels with the same history differ in them, so they are in no hash.
 */
import { isVatID, type Tables, type VatID } from '@cooperage/types';
import { endOf, keys, numberAtEnd } from './schema.js';

/** Microseconds since 1970. */
export type Moment = number;

/** Of a crank of a vat: when it began, and when its record was there. The host's own have the same for both. */
export interface CrankTime {
  readonly began: Moment;
  readonly ended: Moment;
  /** Of a crank of a vat: the number that Node gave the thread that ran it, where its worker told it. */
  readonly thread?: number;
}

/** Something that happened to a vat's worker. */
export interface WorkerMark {
  readonly kind: 'started' | 'unloaded' | 'lost';
  readonly vatID: VatID;
  readonly at: Moment;
}

/** The cranks of a commit group. */
export interface GroupTimes {
  readonly first: number;
  /** When the writing of the group began. */
  readonly committed: Moment;
  /** Of the cranks from `first` on; undefined where it is not known, such as for what was under way at the start. */
  readonly cranks: readonly (CrankTime | undefined)[];
  readonly marks: readonly WorkerMark[];
}

export interface Times {
  append(group: GroupTimes): void;
  /** The groups that begin with this crank or a later one, in order; those whose row is damaged are left out. */
  from(crank: number): Generator<GroupTimes>;
  /** Deletes the groups that end before this crank, or with it. */
  trim(crank: number): void;
}

/** Relative to the commit, so that the numbers are short: `[began, duration]` for each crank, or `null`. */
interface Row {
  readonly at: Moment;
  readonly cranks: readonly (readonly [began: number, duration: number] | null)[];
  /** Of the same cranks, without the last ones of which none is known. */
  readonly threads?: readonly (number | null)[];
  readonly marks?: readonly (readonly [kind: WorkerMark['kind'], vatID: VatID, at: number])[];
}

/** Threads are numbered from 0, and no process has as many. */
export const isThread = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 1e9;

const threadsOf = (cranks: GroupTimes['cranks']): (number | null)[] => {
  const threads = cranks.map((time) => time?.thread ?? null);
  return threads.slice(0, threads.findLastIndex((thread) => thread !== null) + 1);
};

const format = ({ committed, cranks, marks }: GroupTimes): string => {
  const threads = threadsOf(cranks);
  const row: Row = {
    at: committed,
    cranks: cranks.map((time) =>
      time === undefined ? null : [time.began - committed, time.ended - time.began],
    ),
    ...(threads.length > 0 && { threads }),
    ...(marks.length > 0 && {
      marks: marks.map(({ kind, vatID, at }) => [kind, vatID, at - committed] as const),
    }),
  };
  return JSON.stringify(row);
};

const MARKS: ReadonlySet<unknown> = new Set([
  'started',
  'unloaded',
  'lost',
] satisfies WorkerMark['kind'][]);

const isMoment = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Math.abs(value as number) < 1e16;

const parse = (first: number, text: string): GroupTimes | undefined => {
  try {
    const { at, cranks, threads = [], marks = [] } = JSON.parse(text) as Row;
    if (!isMoment(at)) return undefined;
    return {
      first,
      committed: at,
      cranks: cranks.map((time, index) => {
        if (time?.length !== 2 || !time.every(isMoment) || time[1] < 0) return undefined;
        const thread = threads[index];
        return {
          began: at + time[0],
          ended: at + time[0] + time[1],
          ...(isThread(thread) && { thread }),
        };
      }),
      marks: marks
        .filter(([kind, vatID, at]) => MARKS.has(kind) && isVatID(vatID) && isMoment(at))
        .map(([kind, vatID, after]) => ({ kind, vatID, at: at + after })),
    };
  } catch {
    return undefined;
  }
};

export const makeTimes = (rows: Tables): Times => {
  const end = endOf(keys.timesPrefix);
  return {
    append: (group) => rows.set(keys.times(group.first), format(group)),
    *from(crank) {
      for (const key of rows.keys(keys.times(crank), end)) {
        const text = rows.get(key);
        const group = text === undefined ? undefined : parse(numberAtEnd(key), text);
        if (group !== undefined) yield group;
      }
    },
    trim: (crank) => {
      let last: string | undefined;
      for (const key of [...rows.keys(keys.timesPrefix, keys.times(crank + 1))]) {
        // The newest of these may go on after the crank.
        if (last !== undefined) rows.delete(last);
        last = key;
      }
    },
  };
};
