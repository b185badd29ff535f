/** What a collection uses. */
import type { Pattern } from '@endo/patterns';
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { CapDataLimits } from '../refs/capdata-limits.js';
import type { CollectionSchemas } from './collection-schemas.js';
import type { Decode } from '../refs/decoder.js';
import type { Durability } from '../kinds/durability.js';
import type { Encoder } from '../refs/encoder.js';
import type { Recognizers } from '../gc/recognizers.js';
import type { ReferenceCounts } from '../gc/reference-counts.js';

export interface CollectionParts {
  readonly syscall: Pick<
    LiveSlotsSyscall,
    'vatstoreGet' | 'vatstoreSet' | 'vatstoreDelete' | 'vatstoreGetNextKey'
  >;
  readonly schemas: CollectionSchemas;
  readonly counts: ReferenceCounts;
  readonly recognizers: Recognizers;
  readonly durability: Durability;
  readonly limits: CapDataLimits;
  readonly encoder: Encoder;
  readonly decode: Decode;
  /** The vref of a value, which is named if need be. */
  readonly vrefOf: (value: object) => VRef;
  readonly valueOf: (vref: VRef) => object;
  /**
   * How often entries were added to each collection, by which a walk knows that it has become
   * invalid. Here and not in the collection's object, which may be collected and made again.
   */
  readonly generations: Map<string, number>;
  /** True for the shape that takes any scalar, without need to ask it about a string. */
  readonly isPlainScalar: (shape: Pattern) => boolean;
}
