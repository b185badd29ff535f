/** Numbers and kinds in words. */
import type { GroupOfKind } from './data.js';

const UNITS = [
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1_000, 'ms'],
  [1, 'µs'],
] as const;

/** Microseconds with a unit that suits them, with three digits. */
export const formatSpan = (micros: number): string => {
  const [size, unit] = UNITS.find(([each]) => Math.abs(micros) >= each) ?? [1, 'µs'];
  return `${Number((micros / size).toPrecision(4))} ${unit}`;
};

/** In the order of the legend. */
export const KINDS: readonly (readonly [GroupOfKind, string])[] = [
  ['message', 'messages'],
  ['answer', 'answers'],
  ['garbage', 'garbage'],
  ['life', 'starts and changes of vats'],
  ['undone', 'undone'],
  ['host', 'host'],
];
