/** Worlds one after the other, for as long as is asked for. */
import { playWorld, type WorldReport } from './play-world.js';

export interface FuzzReport {
  /** That is played, or was played last. */
  seed: number;
  worlds: number;
  records: number;
  accepted: number;
  readonly refused: Record<string, number>;
}

const add = (total: FuzzReport, { records, accepted, refused }: WorldReport): void => {
  total.worlds += 1;
  total.records += records;
  total.accepted += accepted;
  for (const [code, count] of refused) total.refused[code] = (total.refused[code] ?? 0) + count;
};

/**
 * @param from the first seed
 * @param goesOn is asked before each world
 */
export const playWorlds = (from: number, goesOn: (report: FuzzReport) => boolean): FuzzReport => {
  const total: FuzzReport = { seed: from, worlds: 0, records: 0, accepted: 0, refused: {} };
  for (; goesOn(total); total.seed += 1) add(total, playWorld(total.seed));
  return total;
};
