/**
 * References that lost one of the pillars which held them. The scan at
 * `bringOutYourDead` looks whether another one still stands.
 */
import type { VRef } from '@cooperage/types';

export interface PossiblyDead {
  /** Base references that may be unreachable: of heap, of data, or of the kernel. */
  readonly dead: Set<VRef>;
  /** Vrefs of which this vat may have forgotten even the identity. */
  readonly retired: Set<VRef>;
}

export const makePossiblyDead = (): PossiblyDead => ({ dead: new Set(), retired: new Set() });
