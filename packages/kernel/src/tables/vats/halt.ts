import type { Divergence } from '@cooperage/types';
import type { Suspension } from './suspensions.js';

/** Why a vat is halted. */
export interface Halt {
  readonly divergence?: Divergence;
  readonly suspension?: Suspension;
}
