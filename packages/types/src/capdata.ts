/**
 * Data with references taken out. `body` is `#` and smallcaps JSON, in which
 * `$0` and `&1` stand for the objects and promises at that index of `slots`.
 *
 * @see https://github.com/endojs/endo/blob/master/packages/marshal/docs/smallcaps-cheatsheet.md
 */
import { CooperageError } from './errors.js';

export interface CapData<Slot extends string = string> {
  readonly body: string;
  readonly slots: readonly Slot[];
}

/**
 * @param value      anything, from anywhere
 * @param insistSlot checks one slot and gives it its brand
 * @throws {CooperageError} `BAD_CAPDATA`, or what `insistSlot` throws
 */
export const insistCapData = <Slot extends string>(
  value: unknown,
  insistSlot: (slot: unknown) => Slot,
): CapData<Slot> => {
  if (typeof value !== 'object' || value === null) {
    throw new CooperageError('BAD_CAPDATA', 'capdata must be { body, slots }');
  }
  const { body, slots } = value as { body?: unknown; slots?: unknown };
  if (typeof body !== 'string') {
    throw new CooperageError('BAD_CAPDATA', 'the body of capdata must be a string');
  }
  if (!Array.isArray(slots)) {
    throw new CooperageError('BAD_CAPDATA', 'the slots of capdata must be an array');
  }
  return { body, slots: slots.map(insistSlot) };
};

const SINGLE_SLOT = /^#"\$0(?:\.(?:[^"\\]|\\.)*)?"$/;
const SINGLE_PROMISE = /^#\s*"&([0-9]+)"\s*$/;

/**
 * The one reference that `data` is, if it is nothing but an object reference:
 * what messages queued on a promise go to when it is fulfilled with `data`.
 */
export const soleObject = <Slot extends string>(data: CapData<Slot>): Slot | undefined =>
  data.slots.length === 1 && SINGLE_SLOT.test(data.body) ? data.slots[0] : undefined;

/** The one promise that `data` is, if it is nothing but a promise reference. */
export const solePromise = <Slot extends string>(data: CapData<Slot>): Slot | undefined =>
  data.slots[Number(SINGLE_PROMISE.exec(data.body)?.[1] ?? NaN)];

/** Capdata of `undefined`. */
export const UNDEFINED_CAPDATA: CapData<never> = Object.freeze({
  body: '#"#undefined"',
  slots: Object.freeze([]),
});

/** Capdata of an error that a vat receives as the reason of a rejection. */
export const errorCapData = (message: string, name = 'Error'): CapData<never> => ({
  body: `#${JSON.stringify({ '#error': message, name })}`,
  slots: [],
});

/** Body and slots together, in characters: what limits are stated in. */
export const sizeOf = (data: CapData): number =>
  data.slots.reduce((sum, slot) => sum + slot.length, data.body.length);
