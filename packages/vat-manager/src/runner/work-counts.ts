import type { Retired } from '@cooperage/kernel';
import type { RunnerStats } from './runner-contract.js';

export type WorkStats = Pick<
  RunnerStats,
  | 'cranks'
  | 'refused'
  | 'mostVatsAtOnce'
  | 'meanVatsAtOnce'
  | 'mostCranksAtOnce'
  | 'meanCranksAtOnce'
>;

/** Counts records, and how much was under way whenever one was retired. */
export const makeWorkCounts = () => {
  let cranks = 0;
  let refused = 0;
  let sumCranksAtOnce = 0;
  let mostCranksAtOnce = 0;
  let sumVatsAtOnce = 0;
  let mostVatsAtOnce = 0;
  return {
    /** @param vats with deliveries at their workers @param running cranks that workers are running */
    onRetired: (retired: Retired, vats: number, running: number): void => {
      cranks += 1;
      if (retired.refused !== undefined) refused += 1;
      sumVatsAtOnce += vats;
      mostVatsAtOnce = Math.max(mostVatsAtOnce, vats);
      sumCranksAtOnce += running;
      mostCranksAtOnce = Math.max(mostCranksAtOnce, running);
    },
    stats: (): WorkStats => ({
      cranks,
      refused,
      mostVatsAtOnce,
      meanVatsAtOnce: cranks === 0 ? 0 : sumVatsAtOnce / cranks,
      mostCranksAtOnce,
      meanCranksAtOnce: cranks === 0 ? 0 : sumCranksAtOnce / cranks,
    }),
  };
};
