/** When the cranks of a recording ran, read from the rows beside its history. */
import type { CrankTime, Times, WorkerMark } from '@cooperage/kernel';
import type { Clock, CommitMade } from './recording.js';

export interface ReadClock extends Clock {
  /** Reads the groups that were added since. */
  readonly readOn: (times: Times) => void;
}

export const makeClock = (): ReadClock => {
  /** By the number of the crank. */
  const times: (CrankTime | undefined)[] = [];
  const commits: CommitMade[] = [];
  const marks: WorkerMark[] = [];
  let next = 1;
  return {
    of: (crank) => times[crank],
    commits,
    marks,
    readOn: (later) => {
      for (const group of later.from(next)) {
        group.cranks.forEach((time, index) => {
          times[group.first + index] = time;
        });
        next = group.first + group.cranks.length;
        commits.push({ crank: next - 1, at: group.committed });
        marks.push(...group.marks);
      }
    },
  };
};
