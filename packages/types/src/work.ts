/**
 * Work that is done in slices: it yields where its owner may do something else before it goes on. No other code sees
 * what it has done so far.
 */
export type Work<T = void> = Generator<undefined, T, undefined>;

/** Does all of it at once. */
export const finishWork = <T>(work: Work<T>): T => {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};

/**
 * Measures work, so that slices are of about one size. It counts and reads no clock: where a slice ends is a function of
 * what is done.
 */
export interface Pace {
  /**
   * So much was done: 1 is about one reference translated or one row written.
   * @returns whether the slice is over: yield
   */
  spend(units: number): boolean;
}

export const makePace = (sliceUnits: number): Pace => {
  let spent = 0;
  return {
    spend: (units) => {
      spent += units;
      if (spent < sliceUnits) return false;
      spent = 0;
      return true;
    },
  };
};

/** For those that want all of it at once. */
export const AT_ONCE: Pace = Object.freeze<Pace>({ spend: () => false });

/** So many are sorted at once. */
const RUN = 512;

/** As `list.sort(compare)`, in slices; the list itself is changed. */
export const sortInSlices = function* <T>(
  list: T[],
  compare: (a: T, b: T) => number,
  pace: Pace,
): Work {
  if (list.length <= RUN) {
    list.sort(compare);
    return;
  }
  for (let start = 0; start < list.length; start += RUN) {
    const run = list.slice(start, start + RUN).sort(compare);
    for (let i = 0; i < run.length; i += 1) list[start + i] = run[i] as T;
    if (pace.spend(RUN / 8)) yield;
  }
  let from = list;
  let to = new Array<T>(list.length);
  for (let width = RUN; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      yield* merge(from, to, start, width, compare, pace);
    }
    [from, to] = [to, from];
  }
  if (from === list) return;
  for (let i = 0; i < list.length; i += 1) list[i] = from[i] as T;
};

/** Merges two neighbouring sorted runs of up to `width` elements. */
const merge = function* <T>(
  from: readonly T[],
  to: T[],
  start: number,
  width: number,
  compare: (a: T, b: T) => number,
  pace: Pace,
): Work {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + 2 * width, from.length);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const takesLeft =
      left < middle && (right >= end || compare(from[left] as T, from[right] as T) <= 0);
    to[at] = (takesLeft ? from[left++] : from[right++]) as T;
    if (at % 64 === 63 && pace.spend(8)) yield;
  }
};
