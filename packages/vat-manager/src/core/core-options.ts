import type { CrankTables, Order, Transcripts } from '@cooperage/types';
import type { AmbientSource } from './ambient.js';
import type { Digest } from './record-history.js';

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
  /** Rows of ended vats that one crank deletes. Default: `LIMITS.sweptRows`. */
  readonly sweptRows?: number | undefined;
  /** Work in one slice of a crank. Default: `LIMITS.sliceWork`. */
  readonly sliceWork?: number | undefined;
}
