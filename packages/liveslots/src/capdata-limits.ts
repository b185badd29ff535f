/** How much capdata one syscall may carry. Counted over all capdata of the syscall. */
import { LIMITS, type CapData } from '@cooperage/types';

export interface CapDataLimits {
  fits(capdatas: readonly CapData[]): boolean;
  /** @throws Error */
  insistFits(capdatas: readonly CapData[]): void;
  /** For tests; without arguments, back to what holds normally. */
  readonly set: (bodies?: number, slots?: number) => void;
}

export const makeTooLarge = (): Error => new Error('syscall capdata too large');

export const makeCapDataLimits = (): CapDataLimits => {
  let maxBodies: number = LIMITS.capdataLength;
  let maxSlots: number = LIMITS.capdataSlots;

  const fits = (capdatas: readonly CapData[]): boolean => {
    let bodies = 0;
    let slots = 0;
    for (const capdata of capdatas) {
      bodies += capdata.body.length;
      slots += capdata.slots.length;
    }
    return bodies <= maxBodies && slots <= maxSlots;
  };

  return {
    fits,
    insistFits(capdatas) {
      if (!fits(capdatas)) throw makeTooLarge();
    },
    set(bodies = LIMITS.capdataLength, slots = LIMITS.capdataSlots) {
      maxBodies = bodies;
      maxSlots = slots;
    },
  };
};
