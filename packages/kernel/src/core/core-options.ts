import {
  callback,
  type CrankTables,
  object,
  type OptionTable,
  type Order,
  ORDERS,
  text,
  type Transcripts,
  wholeNumber,
} from '@cooperage/types';
import type { AmbientSource } from './ambient.js';
import type { Digest } from './record-history.js';
import { CHOICES } from './delivery-order.js';

/** The options of `makeCore`. */
export interface CoreOptions {
  readonly tables: CrankTables;
  readonly transcripts: Transcripts;
  /** `recorded`: deliveries are handed out as the tables say, for replays with `Core.retireOf`. */
  readonly order: Order | 'recorded';
  /** The hash function for the writes of a crank, if a history is kept. */
  readonly digest?: Digest | undefined;
  /** The source of time and randomness for vats with the option `ambient`. */
  readonly ambient?: AmbientSource | undefined;
  /** Seed of the choices of `adversarial` order. Default: 0. */
  readonly seed?: number;
  /**
   * The choices of `adversarial` order, instead of a seed: with `3:1,7:2` the third choice is the second of the
   * possible deliveries, the seventh is the third, and all others are the oldest. `none` always takes the oldest.
   */
  readonly choices?: string | undefined;
  /** Rows of terminated vats that one crank deletes. Default: `LIMITS.sweptRows`. */
  readonly sweptRows?: number | undefined;
  /** Messages on their way to a peer beyond which the vats that send to it wait; 0 for no limit. Default: `DEFAULTS.linkLimit`. */
  readonly linkLimit?: number | undefined;
  /** Work in one slice of a crank. Default: `LIMITS.sliceWork`. */
  readonly sliceWork?: number | undefined;
}

const MANY = Number.MAX_SAFE_INTEGER;

export const CORE_OPTIONS = {
  tables: { value: object('an object of tables'), required: true },
  transcripts: { value: object('an object of transcripts'), required: true },
  order: { value: { kind: 'choice', of: [...ORDERS, 'recorded'] }, required: true },
  digest: { value: callback },
  ambient: { value: object('a source of time and randomness') },
  seed: { value: wholeNumber(0, 4_294_967_295) },
  choices: { value: text('choices such as "3:1,7:2"', CHOICES) },
  sweptRows: { value: wholeNumber(1, MANY, 'rows') },
  linkLimit: { value: wholeNumber(0, MANY, 'messages') },
  sliceWork: { value: wholeNumber(1, MANY) },
} as const satisfies Record<keyof CoreOptions, OptionTable[string]>;
