/** The shape of a durable kind's state: what a later definition of the kind may change of it. */
import { makeError, q, X } from '@endo/errors';
import { passStyleOf } from '@endo/pass-style';
import { kindOf, type Pattern } from '@endo/patterns';
import type { CapData, VRef } from '@cooperage/types';
import type { Decode } from './decoder.js';
import type { Encoder } from './encoder.js';

export type StateShape = Readonly<Record<string, Pattern>>;

const isUndefinedPattern = (pattern: unknown): boolean =>
  pattern === undefined ||
  (kindOf(pattern as never) === 'match:kind' &&
    (pattern as { payload: unknown }).payload === 'undefined');

/** `M.or(…)` with an alternative that is undefined, as `M.opt()` makes it. */
const isOptional = (pattern: unknown): boolean =>
  kindOf(pattern as never) === 'match:or' &&
  (pattern as { payload: unknown[] }).payload.some(isUndefinedPattern);

/**
 * All fields of `before` are in `after`, unchanged, and what was added is optional.
 *
 * @param before as stored by the definition before
 */
const isCompatible = (
  before: CapData<VRef>,
  after: CapData<VRef>,
  newShape: StateShape | undefined,
  encoder: Encoder,
  decode: Decode,
): boolean => {
  if (
    before.slots.length !== after.slots.length ||
    before.slots.some((vref, index) => vref !== after.slots[index])
  ) {
    return false;
  }
  if (before.body === after.body) return true;
  const oldShape = decode(before) as StateShape | undefined;
  if (oldShape === undefined || newShape === undefined) return false;
  if ((passStyleOf as (value: unknown) => string)(oldShape) !== 'copyRecord') return false;
  const bodyOf = (pattern: unknown): string => encoder.encode(pattern).body;
  return (
    Object.keys(oldShape).every(
      (name) => Object.hasOwn(newShape, name) && bodyOf(newShape[name]) === bodyOf(oldShape[name]),
    ) &&
    Object.keys(newShape).every(
      (name) => Object.hasOwn(oldShape, name) || isOptional(newShape[name]),
    )
  );
};

/** @throws an error that shows both shapes */
export const insistCompatibleShape = (
  tag: string,
  before: CapData<VRef>,
  after: CapData<VRef>,
  newShape: StateShape | undefined,
  encoder: Encoder,
  decode: Decode,
): void => {
  if (isCompatible(before, after, newShape, encoder, decode)) return;
  throw makeError(
    X`durable Kind stateShape mismatch: the stateShape of ${q(tag)} can only gain optional fields; it was ${q(before.body)} and would be ${q(after.body)}`,
  );
};
