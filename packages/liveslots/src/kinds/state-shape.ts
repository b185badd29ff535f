/** The shape of a durable kind's state: what a later definition of the kind may change of it. */
import { makeError } from '@endo/errors';
import type { Pattern } from '@endo/patterns';
import { kindOf } from '../endo.js';
import type { CapData, VRef } from '@cooperage/types';
import type { Decode } from '../refs/decoder.js';
import type { Encoder } from '../refs/encoder.js';

export type StateShape = Readonly<Record<string, Pattern>>;

const isUndefinedPattern = (pattern: unknown): boolean =>
  pattern === undefined ||
  (kindOf(pattern) === 'match:kind' && (pattern as { payload: unknown }).payload === 'undefined');

/** `M.or(…)` with an alternative that is undefined, as `M.opt()` makes it. */
const isOptional = (pattern: unknown): boolean =>
  kindOf(pattern) === 'match:or' &&
  (pattern as { payload: unknown[] }).payload.some(isUndefinedPattern);

const differenceOfFields = (
  before: StateShape,
  after: StateShape,
  bodyOf: (pattern: unknown) => string,
): string | undefined => {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name) || bodyOf(after[name]) !== bodyOf(before[name])) {
      return `body ${JSON.stringify(name)}`;
    }
  }
  const added = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  const needed = added.find((name) => !isOptional(after[name]));
  return needed === undefined ? undefined : `body new field ${JSON.stringify(needed)}`;
};

/**
 * All fields of `before` must be in `after`, unchanged, and what was added must be optional.
 *
 * @param before as stored by the definition before
 * @returns a description of the mismatch; undefined if there is none
 */
const findMismatch = (
  before: CapData<VRef>,
  after: CapData<VRef>,
  newShape: StateShape | undefined,
  encoder: Encoder,
  decode: Decode,
): string | undefined => {
  if (before.body !== after.body) {
    const oldShape = decode(before) as StateShape | undefined;
    if (oldShape === undefined) return 'no old shape';
    if (newShape === undefined) return 'no new shape';
    const found = differenceOfFields(oldShape, newShape, (pattern) => encoder.encode(pattern).body);
    if (found !== undefined) return found;
  }
  if (before.slots.length !== after.slots.length) return 'slots.length';
  const index = before.slots.findIndex((vref, i) => vref !== after.slots[i]);
  return index < 0 ? undefined : `slot[${index}]`;
};

/** @throws an error that describes the mismatch and shows both shapes */
export const insistCompatibleShape = (
  tag: string,
  before: CapData<VRef>,
  after: CapData<VRef>,
  newShape: StateShape | undefined,
  encoder: Encoder,
  decode: Decode,
): void => {
  const mismatch = findMismatch(before, after, newShape, encoder, decode);
  if (mismatch === undefined) return;
  throw makeError(
    `durable Kind stateShape mismatch (${mismatch}): the stateShape of ${JSON.stringify(tag)} can only gain optional fields; it was ${JSON.stringify(before.body)} and would be ${JSON.stringify(after.body)}`,
    newShape === undefined ? TypeError : Error,
  );
};
