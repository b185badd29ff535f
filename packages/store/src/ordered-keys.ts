/**
 * A set of strings in UTF-16 code unit order that takes insertions in the
 * middle cheaply: sorted runs of bounded length, in order.
 */

/** Long enough that runs are few, short enough that moving one is a small memmove. */
const RUN_LENGTH = 512;

/** First index of the ascending `list` whose element is not below `key`. */
const lowerBound = (list: readonly string[], key: string): number => {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

export class OrderedKeys {
  /** Never empty runs, each ascending, all of one below all of the next. */
  readonly #runs: string[][] = [];

  /** Changes whenever positions that were given out may have moved. */
  version = 0;

  /** @param keys distinct, in any order */
  constructor(keys: Iterable<string>) {
    // Without a comparator strings sort by code unit, which is the order wanted.
    const sorted = [...keys].sort();
    for (let i = 0; i < sorted.length; i += RUN_LENGTH) {
      this.#runs.push(sorted.slice(i, i + RUN_LENGTH));
    }
  }

  /** Index of the run where `key` is or belongs; the number of runs where it is above them all. */
  #runFor(key: string): number {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const run = runs[middle] as string[];
      if ((run[run.length - 1] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(key: string): void {
    const runs = this.#runs;
    if (runs.length === 0) {
      runs.push([key]);
      this.version += 1;
      return;
    }
    const at = Math.min(this.#runFor(key), runs.length - 1);
    const run = runs[at] as string[];
    const index = lowerBound(run, key);
    if (run[index] === key) return;
    run.splice(index, 0, key);
    if (run.length > 2 * RUN_LENGTH) runs.splice(at + 1, 0, run.splice(RUN_LENGTH));
    this.version += 1;
  }

  delete(key: string): void {
    const at = this.#runFor(key);
    const run = this.#runs[at];
    if (run === undefined) return;
    const index = lowerBound(run, key);
    if (run[index] !== key) return;
    run.splice(index, 1);
    if (run.length === 0) this.#runs.splice(at, 1);
    this.version += 1;
  }

  /** A place in the order that finds itself again after insertions and deletions. */
  cursor(): KeyCursor {
    const runs = this.#runs;
    let version = -1;
    let run = 0;
    let index = 0;
    return {
      from: (key) => {
        if (version === this.version) {
          // The usual step: the place itself, or the one after it.
          const here = runs[run]?.[index];
          if (here === undefined || here >= key) return here;
          index += 1;
          if (index >= (runs[run] as string[]).length) {
            run += 1;
            index = 0;
          }
          const next = runs[run]?.[index];
          if (next === undefined || next >= key) return next;
        }
        version = this.version;
        run = this.#runFor(key);
        index = run < runs.length ? lowerBound(runs[run] as string[], key) : 0;
        return runs[run]?.[index];
      },
    };
  }
}

export interface KeyCursor {
  /** The first key that is not below `key`, which never falls from call to call. */
  from(key: string): string | undefined;
}
