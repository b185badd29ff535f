/** A process of a long run: is told a range of seeds, and tells how far it is and what came of it. */
import { type RangeResult, runSeeds, type SeedRange, type Totals } from './run-seeds.js';

export type JobNews =
  { readonly totals: Readonly<Totals>; readonly seed: number } | { readonly result: RangeResult };

const BETWEEN_NEWS = 2_000;

const tell = (news: JobNews): void => {
  // The parent process may have heard enough by now.
  process.send?.(news, () => {});
};

// The parent process is gone, or has heard enough.
process.on('disconnect', () => process.exit());
process.once('message', (range: SeedRange) => {
  let told = Date.now();
  void runSeeds(range, (seed, totals) => {
    if (Date.now() - told < BETWEEN_NEWS) return;
    told = Date.now();
    tell({ seed, totals });
  }).then((result) => tell({ result }));
});
