/**
 * Data with references taken out. `body` is `#` and smallcaps JSON, in which
 * `$0` and `&1` stand for the objects and promises at that index of `slots`.
 *
 * @see https://github.com/endojs/endo/blob/master/packages/marshal/docs/smallcaps-cheatsheet.md
 */
import { clip } from './clip.js';
import { CooperageError } from '../errors.js';

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

/** A reference as it stands in a body: `$0`, `$0.Alleged: counter`, `&1`. */
export interface SlotText {
  /** `$` for an object, `&` for a promise. */
  readonly sigil: '$' | '&';
  /** Infinity where it is none that can be there. */
  readonly index: number;
  /** What the sender says that the object is. */
  readonly iface: string | undefined;
}

/** No index has more digits. */
const MOST_DIGITS = 16;
const ZERO = 48;
const NINE = 57;

/** Where the digits that begin at `from` end. */
const endOfDigits = (text: string, from: number): number => {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) break;
  }
  return at;
};

const indexIn = (text: string, from: number, to: number): number =>
  to - from > MOST_DIGITS ? Infinity : Number(text.slice(from, to));

/**
 * Takes a smallcaps string apart, if it is a reference. No regular expression: interfaces are as long as guests make
 * them, and engines match long texts on a stack that can overflow.
 */
export const parseSlotText = (text: string): SlotText | undefined => {
  const sigil = text[0];
  if (sigil !== '$' && sigil !== '&') return undefined;
  const end = endOfDigits(text, 1);
  if (end === 1 || (end < text.length && text[end] !== '.')) return undefined;
  const iface = end < text.length ? text.slice(end + 1) : undefined;
  return { sigil, index: indexIn(text, 1, end), iface };
};

const QUOTE = '"';
const BACKSLASH = '\\';
const SOLE_OBJECT = '#"$0';

/** Whether the JSON string that is open at `from` is closed by the last character of the text. */
const closesAtEnd = (text: string, from: number): boolean => {
  const last = text.length - 1;
  let at = text.indexOf(QUOTE, from);
  while (at !== -1) {
    let escapes = 0;
    while (at - 1 - escapes >= from && text[at - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at === last;
    at = text.indexOf(QUOTE, at + 1);
  }
  return false;
};

const isSoleObject = (body: string): boolean => {
  if (!body.startsWith(SOLE_OBJECT)) return false;
  const next = body[SOLE_OBJECT.length];
  if (next === QUOTE) return body.length === SOLE_OBJECT.length + 1;
  return next === '.' && closesAtEnd(body, SOLE_OBJECT.length + 1);
};

/**
 * The one reference that `data` is, if it is nothing but an object reference:
 * what messages queued on a promise go to when it is fulfilled with `data`.
 */
export const soleObject = <Slot extends string>(data: CapData<Slot>): Slot | undefined =>
  data.slots.length === 1 && isSoleObject(data.body) ? data.slots[0] : undefined;

/** JSON's white space, and no other. */
const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\n' || character === '\t' || character === '\r';

/** The one promise that `data` is, if it is nothing but a promise reference. */
export const solePromise = <Slot extends string>({
  body,
  slots,
}: CapData<Slot>): Slot | undefined => {
  if (body[0] !== '#') return undefined;
  let from = 1;
  while (isBlank(body[from])) from += 1;
  if (body[from] !== QUOTE || body[from + 1] !== '&') return undefined;
  const end = endOfDigits(body, from + 2);
  if (end === from + 2 || body[end] !== QUOTE) return undefined;
  let after = end + 1;
  while (isBlank(body[after])) after += 1;
  return after === body.length ? slots[indexIn(body, from + 2, end)] : undefined;
};

/** Capdata of `undefined`. */
export const UNDEFINED_CAPDATA: CapData<never> = Object.freeze({
  body: '#"#undefined"',
  slots: Object.freeze([]),
});

/**
 * Capdata of an error that a vat receives as the reason of a rejection. It may be the answer to many messages, so what a
 * guest had a hand in is cut.
 */
export const errorCapData = (message: string, name = 'Error'): CapData<never> => ({
  body: `#${JSON.stringify({ '#error': plainText(clip(message)), name: plainText(name) })}`,
  slots: [],
});

/** A text in smallcaps: `!` comes before one whose first character means something there. */
const plainText = (text: string): string => (/^[!-,-]/.test(text) ? `!${text}` : text);

/** Body and slots together, in characters: what limits are stated in. */
export const sizeOf = (data: CapData): number =>
  data.slots.reduce((sum, slot) => sum + slot.length, data.body.length);
