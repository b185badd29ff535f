import {
  choice,
  insistOptions,
  object,
  type OptionRow,
  type Order,
  ORDERS,
  text,
  type ValueRule,
  wholeNumber,
} from '@cooperage/types';
import { DEFAULT_OPTIONS, type WorldOptions } from '../world/world-options.js';

/** Most worlds are of the two orders in which vats run at once; in every tenth each, one delivery is out at a time. */
const orderOf = (seed: number): Order => {
  if (seed % 10 === 3) return 'adversarial';
  if (seed % 10 === 8) return 'sequential';
  return seed % 2 === 1 ? 'arrival' : 'issue';
};

/** Some worlds retire every record at once, some in many slices. */
const SLICES = [1_000_000, 50, 10] as const;

/** Of twenty worlds, those in which the host passes objects and promises of its process. */
const HOSTED: readonly number[] = [0, 1, 3, 9];

const count: ValueRule = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const least: ValueRule = wholeNumber(1, Number.MAX_SAFE_INTEGER);

const TABLE = {
  seed: { value: text('a text') },
  schedule: { value: text('a text') },
  order: { value: choice(...ORDERS) },
  vats: { value: least },
  window: { value: least },
  inputs: { value: count },
  crashes: { value: count },
  losses: { value: count },
  profile: { value: object('an object of probabilities') },
  rules: { value: object('the rules of the scripted vats') },
  sweptRows: { value: least },
  sliceWork: { value: least },
  checkEvery: { value: least },
} as const satisfies Readonly<Record<keyof WorldOptions, OptionRow>>;

/**
 * The world of a seed: seeds go through orders, windows, and sizes by themselves.
 * @throws {CooperageError} `BAD_ARGUMENT` for options that worlds do not have, or of a wrong type
 */
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
  const pass = seed % 10 === 2 ? 0.5 : 0;
  const hosted = HOSTED.includes(seed % 20) ? 0.6 : 0;
  return { ...plan, profile: { ...plan.profile, pass, hosted } };
};
