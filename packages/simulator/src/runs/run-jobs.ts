/** A long run: several processes, each with seeds of its own, and one summary. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JobNews } from './job.js';
import { addTotals, type RangeResult, type SeedRange, type Totals } from './run-seeds.js';

/** The seeds, dealt out in as many pieces as there are jobs. */
export const dealOut = (range: SeedRange, jobs: number): SeedRange[] => {
  const share = Math.ceil((range.end - range.first) / jobs);
  return Array.from({ length: jobs }, (_, i) => ({
    ...range,
    first: range.first + i * share,
    end: Math.min(range.first + (i + 1) * share, range.end),
  }));
};

const sumOf = (all: readonly Readonly<Totals>[]): Totals => {
  const sum: Totals = { worlds: 0 };
  for (const each of all) addTotals(sum, each);
  return sum;
};

/**
 * Runs until all seeds are used up, the time is over, or a world fails in one of the processes.
 *
 * @param progress - is told now and then of all that was done so far, and the seed where each process is
 * @throws where a process ends without a word
 */
export const runJobs = async (
  range: SeedRange,
  jobs: number,
  progress: (seeds: readonly number[], totals: Readonly<Totals>) => void,
): Promise<RangeResult> => {
  const ranges = dealOut(range, jobs);
  const seeds = ranges.map(({ first }) => first);
  const totals: Readonly<Totals>[] = ranges.map(() => ({}));
  const children: ChildProcess[] = [];
  const runJob = (each: SeedRange, i: number): Promise<RangeResult> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(new URL('./job.js', import.meta.url)));
      children.push(child);
      child.on('message', (news: JobNews) => {
        if ('result' in news) {
          totals[i] = news.result.totals;
          resolve(news.result);
          return;
        }
        totals[i] = news.totals;
        seeds[i] = news.seed;
        progress(seeds, sumOf(totals));
      });
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Error(`job ${i} ended by itself at about seed ${seeds[i]}: ${signal ?? code}`)),
      );
      child.send(each);
    });
  try {
    const running = ranges.map(runJob);
    // The first failure is enough; what the others have done by then counts as far as they have told.
    const failed = new Promise<RangeResult>((resolve) => {
      for (const job of running) {
        job.then(
          (result) => {
            if (result.failure !== undefined) resolve(result);
          },
          () => {},
        );
      }
    });
    const first = await Promise.race([failed, Promise.all(running)]);
    return {
      totals: sumOf(totals),
      ...(!Array.isArray(first) && first.failure !== undefined && { failure: first.failure }),
    };
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
};
