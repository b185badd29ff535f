/** In `issue` order a history is a function of the program: any two schedules go through the same states, in whatever slices. */
import { simulate } from './simulate.js';
import { insist } from '../violation.js';
import type { WorldPowers } from '../world/world.js';

const SLICES = [1_000_000, 10, 70] as const;

/**
 * @returns how many states were compared
 * @throws {Violation}
 */
export const compareSchedules = async (
  powers: WorldPowers,
  schedules: readonly string[],
): Promise<number> => {
  let compared = 0;
  let first: ReadonlyMap<string, string> | undefined;
  for (const [i, schedule] of schedules.entries()) {
    const sliceWork = SLICES[i % SLICES.length] as number;
    const options = { ...powers.options, schedule, sliceWork };
    const { hashes } = await simulate({ ...powers, options, recordHashes: true });
    if (first === undefined) first = hashes;
    else {
      for (const [at, hash] of hashes) {
        const other = first.get(at);
        insist(
          other === hash,
          () => `schedule ${schedule} comes to another state at ${at}: ${other}`,
        );
        compared += 1;
      }
      insist(hashes.size === first.size, () => `schedule ${schedule} goes through other states`);
    }
  }
  return compared;
};
