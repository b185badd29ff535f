import { anything, insistOptions, type OptionTable } from '@cooperage/types';
import type { Order } from '@cooperage/types';
import { DEFAULT_OPTIONS, type WorldOptions } from './world-options.js';

/** Most worlds are of the two orders in which vats run at once; in every tenth each, one delivery is out at a time. */
const orderOf = (seed: number): Order => {
  if (seed % 10 === 3) return 'adversarial';
  if (seed % 10 === 8) return 'sequential';
  return seed % 2 === 1 ? 'arrival' : 'issue';
};

/** Some worlds retire every record at once, some in many slices. */
const SLICES = [1_000_000, 50, 10] as const;

/** The world of a seed: seeds go through orders, windows, and sizes by themselves. */
const TABLE: OptionTable = Object.fromEntries(
  Object.keys(DEFAULT_OPTIONS).map((name) => [name, { value: anything }]),
);

/** @throws {CooperageError} `BAD_ARGUMENT` for an option that worlds do not have */
export const planWorld = (seed: number, fixed: Partial<WorldOptions> = {}): WorldOptions => {
  insistOptions('planWorld', fixed, TABLE);
  const plan: WorldOptions = {
    ...DEFAULT_OPTIONS,
    seed: String(seed),
    schedule: String(seed),
    order: orderOf(seed),
    window: 1 + (seed % 8),
    vats: 2 + (seed % 3),
    inputs: 4 + (seed % 12),
    sweptRows: 1 + (seed % 5),
    sliceWork: SLICES[seed % SLICES.length] as number,
    checkEvery: 1 + (seed % 4) * 3,
    ...fixed,
  };
  // In a part of the worlds only, so that what is known of the others stays true.
  return { ...plan, temper: { ...plan.temper, pass: seed % 10 === 2 ? 0.5 : 0 } };
};
