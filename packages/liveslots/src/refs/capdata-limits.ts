/** How much capdata one syscall may carry. Counted over all capdata of the syscall. */
import { CooperageError, insistModestAtOnce, LIMITS, type CapData } from '@cooperage/types';

export interface CapDataLimits {
  /** What there is too much of; undefined where it fits. */
  excessOf(capdatas: readonly CapData[]): Error | undefined;
  /** What is wrong with it besides its size: bigints, depth. */
  immodestyOf(data: CapData): Error | undefined;
  /** @throws Error */
  insistFits(capdatas: readonly CapData[]): void;
  /** For tests; without arguments, back to what holds normally. */
  readonly set: (bodies?: number, slots?: number) => void;
}

const makeTooLarge = (): Error => new Error('syscall capdata too large');

export const makeCapDataLimits = (): CapDataLimits => {
  let maxBodies: number = LIMITS.capdataLength;
  let maxSlots: number = LIMITS.capdataSlots;

  const areSmall = (capdatas: readonly CapData[]): boolean => {
    let bodies = 0;
    let slots = 0;
    for (const capdata of capdatas) {
      bodies += capdata.body.length;
      slots += capdata.slots.length;
    }
    return bodies <= maxBodies && slots <= maxSlots;
  };

  /** Data that the kernel would refuse, and that would take a receiver too long to read. */
  const immodestyOf = (capdatas: readonly CapData[]): Error | undefined => {
    try {
      insistModestAtOnce(capdatas);
      return undefined;
    } catch (error) {
      if (error instanceof CooperageError) return new Error(error.message);
      throw error;
    }
  };

  const excessOf = (capdatas: readonly CapData[]): Error | undefined =>
    areSmall(capdatas) ? immodestyOf(capdatas) : makeTooLarge();

  return {
    immodestyOf: (data) => (areSmall([data]) ? immodestyOf([data]) : undefined),
    excessOf,
    insistFits(capdatas) {
      const excess = excessOf(capdatas);
      if (excess !== undefined) throw excess;
    },
    set(bodies = LIMITS.capdataLength, slots = LIMITS.capdataSlots) {
      maxBodies = bodies;
      maxSlots = slots;
    },
  };
};
