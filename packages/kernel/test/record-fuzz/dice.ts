/** Random choices that are a function of a seed: a seed is all that it takes to play a world again. */
import { makeChoose } from '../../src/core/delivery-order.js';

export interface Dice {
  /** A whole number from 0 to below `bound`. */
  below(bound: number): number;
  /** True in `percent` of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
}

export const makeDice = (seed: number): Dice => {
  let rolls = 0;
  const below = makeChoose(seed, () => (rolls += 1));
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new RangeError('there is nothing to pick from');
      return list[below(list.length)] as T;
    },
  };
};
