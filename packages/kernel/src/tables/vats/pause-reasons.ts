import type { Divergence } from '@cooperage/types';
import type { Suspension } from './suspensions.js';

/** Why a vat is paused: its replay diverged, or it used up its meter or the limit of a crank. */
export interface PauseReasons {
  readonly divergence?: Divergence;
  readonly suspension?: Suspension;
}
