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

/** What `makeCore` is made of. */
export interface CoreOptions {
  readonly tables: CrankTables;
  readonly transcripts: Transcripts;
  /** `recorded`: deliveries are let out as the tables say, for re-runs by `Core.retireOf`. */
  readonly order: Order | 'recorded';
  /** Where a history is kept: how what a crank wrote is hashed. */
  readonly digest?: Digest | undefined;
  /** Where vats may have the option `ambient`: what they are told. */
  readonly ambient?: AmbientSource | undefined;
  /** For the choices of `adversarial` order. Default: 0. */
  readonly seed?: number;
  /**
   * The choices of `adversarial` order themselves, instead of a seed: `3:1,7:2` for the second of what may come next at
   * the third choice, and the third at the seventh; the oldest at all others; `none` for
   * the oldest always.
   */
  readonly choices?: string | undefined;
  /** Rows of ended vats that one crank deletes. Default: `LIMITS.sweptRows`. */
  readonly sweptRows?: number | undefined;
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
  sliceWork: { value: wholeNumber(1, MANY) },
} as const satisfies Record<keyof CoreOptions, OptionTable[string]>;
