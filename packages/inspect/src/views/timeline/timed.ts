/** The cranks of a recording by the clock: in microseconds since the first of them began. */
import type { CrankTime, Moment } from '@cooperage/kernel';
import type { Recording } from '@cooperage/recording';

export interface Timed {
  /** When the first crank whose time is known began. */
  readonly origin: () => Moment | undefined;
  /** From the origin to the last that is known of: a crank, or a commit; 0 where no times are known. */
  readonly span: () => number;
  readonly since: (moment: Moment) => number;
  readonly of: (crank: number) => CrankTime | undefined;
  /** The cranks of which something falls between two times, by when they ended. */
  readonly between: (from: number, to: number) => readonly number[];
}

/** The first index whose value is not less. */
const firstNotLess = (values: readonly number[], wanted: number): number => {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const makeTimed = (recording: Recording): Timed => {
  let origin: Moment | undefined;
  /** Cranks in the order of their ends, and the ends. */
  let order: number[] = [];
  let ends: number[] = [];
  let longest = 0;
  let indexed = 0;

  const of = (crank: number): CrankTime | undefined => {
    const time = recording.clock.of(crank);
    if (time === undefined || origin === undefined) return undefined;
    return { ...time, began: time.began - origin, ended: time.ended - origin };
  };

  const catchUp = (): void => {
    const { length } = recording.cranks;
    if (indexed === length) return;
    for (; indexed < length; indexed += 1) {
      const number = recording.first + indexed;
      const time = recording.clock.of(number);
      if (time === undefined) continue;
      origin ??= time.began;
      longest = Math.max(longest, time.ended - time.began);
      order.push(number);
    }
    order = order.sort((a, b) => (of(a)?.ended ?? 0) - (of(b)?.ended ?? 0));
    ends = order.map((number) => of(number)?.ended ?? 0);
  };

  return {
    origin: () => {
      catchUp();
      return origin;
    },
    span: () => {
      catchUp();
      const last = recording.clock.commits.at(-1)?.at ?? 0;
      return Math.max(ends.at(-1) ?? 0, origin === undefined ? 0 : last - origin);
    },
    since: (moment) => moment - (origin ?? moment),
    of: (crank) => {
      catchUp();
      return of(crank);
    },
    between: (from, to) => {
      catchUp();
      // Whatever ends later than the longest crank after the part began after it.
      return order
        .slice(firstNotLess(ends, from), firstNotLess(ends, to + longest + 1))
        .filter((number) => (of(number)?.began ?? 0) <= to);
    },
  };
};
