/** The shape of the keys of most collections, told at a glance. */
import type { Pattern } from '@endo/patterns';

const SCALAR = 'match:scalar';

/** True for `M.scalar()`: any string matches it. */
export const isPlainScalar = (shape: Pattern): boolean =>
  typeof shape === 'object' &&
  shape !== null &&
  (shape as unknown as Record<PropertyKey, unknown>)[Symbol.toStringTag] === SCALAR;
