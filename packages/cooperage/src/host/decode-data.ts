/**
 * Smallcaps to the host's values, in slices. `@endo/marshal` reads a value in one piece, checks all that it has read once
 * more, which takes half a second for the two million characters that a vat may send, and refuses promises of the host's own
 * that are not frozen.
 */
import {
  AT_ONCE,
  type CapData,
  type EncodedError,
  finishWork,
  isEncodedError,
  type KRef,
  type Pace,
  parseSlotText,
  type Work,
} from '@cooperage/types';
import { PASS_STYLE } from '@endo/pass-style';
import { bytesOf, BYTES_TAG } from './bytes.js';

/** What is behind an error. What is in it may be read later than the error. */
export interface ErrorParts {
  readonly cause?: unknown;
  readonly errors?: unknown;
}

export interface DataPowers {
  /** The value of a slot. `iface` is what the sender alleges it to be. */
  readonly valueOf: (kref: KRef, iface: string | undefined) => object;
  /** Reads a part that is neither plain data nor a reference: a symbol; and what is no smallcaps. */
  readonly readPart: (part: unknown) => unknown;
  /** @param alone without the errors behind it */
  readonly readError: (alone: EncodedError, parts: ErrorParts) => unknown;
}

const BANG = '!'.charCodeAt(0);
const DASH = '-'.charCodeAt(0);

const isSpecial = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return code >= BANG && code <= DASH;
};

/** The parser made it, and no other code has it. */
type Container = unknown[] | Record<string, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null;

/** The record with the names that were meant; undefined where it is no plain record. */
const unescapeNames = (record: Record<string, unknown>): Container | undefined => {
  const names = Object.keys(record);
  if (names.includes('__proto__')) return undefined;
  if (!names.some(isSpecial)) return record;
  if (names.some((name) => isSpecial(name) && !name.startsWith('!'))) return undefined;
  return Object.fromEntries(
    names.map((name) => [name.startsWith('!') ? name.slice(1) : name, record[name]]),
  );
};

interface EncodedTagged {
  readonly '#tag': string;
  readonly payload: unknown;
}

const isEncodedTagged = (value: Container): value is Container & EncodedTagged =>
  Object.keys(value).length === 2 &&
  typeof (value as Partial<EncodedTagged>)['#tag'] === 'string' &&
  Object.hasOwn(value, 'payload');

/** As `makeTagged` of `@endo/pass-style` makes it, which walks through all of the payload. */
const makeTagged = (tag: string, payload: unknown): object =>
  Object.freeze(
    Object.create(Object.prototype, {
      [PASS_STYLE]: { value: 'tagged' },
      [Symbol.toStringTag]: { value: tag },
      payload: { value: payload, enumerable: true },
    }) as object,
  );

const isError = (value: unknown): boolean => isContainer(value) && isEncodedError(value);

const insistErrors = (errors: readonly unknown[]): void => {
  if (!errors.every(isError)) throw new TypeError('only errors may be behind an error');
};

/** What a value costs to read, in the units of a {@link Pace}. */
const CHEAP = 0.01;
const CONTAINER = 0.1;
const MADE = 8;

/**
 * Arrays and records are frozen.
 *
 * @param data smallcaps
 * @throws what the powers throw, and `SyntaxError` for what is no JSON
 */
export const decodeInSlices = function* (
  { body, slots }: CapData<KRef>,
  { valueOf, readPart, readError }: DataPowers,
  pace: Pace,
): Work<unknown> {
  const open: Container[] = [];
  /** Of what was read since it was last paid for. */
  let cost = 0;

  const readReference = (text: string): unknown => {
    const reference = parseSlotText(text);
    // An index has no zeros before it.
    const isPadded = text[1] === '0' && text.length > 2 && text[2] !== '.';
    const kref = reference === undefined || isPadded ? undefined : slots[reference.index];
    // A sigil is to be the truth about its slot: `&` for promises, `$` for everything else.
    return reference === undefined ||
      kref === undefined ||
      (text[0] === '&') !== kref.startsWith('kp')
      ? readPart(text)
      : valueOf(kref, reference.iface);
  };

  const readText = (text: string): unknown => {
    switch (text[0]) {
      case '!':
        return text.slice(1);
      case '$':
      case '&':
        cost += MADE;
        return readReference(text);
      case '+':
      case '-':
        cost += MADE;
        return BigInt(text);
      default:
        if (text === '#undefined') return undefined;
        cost += MADE;
        return readPart(text);
    }
  };

  const openLater = <T extends Container>(container: T): T => {
    open.push(container);
    return container;
  };

  const readEncodedError = ({ cause, errors, ...encoded }: EncodedError): unknown => {
    const { '#error': message, name, errorId } = encoded;
    if (cause) insistErrors([cause]);
    if (errors) insistErrors(errors as readonly unknown[]);
    const alone = { '#error': message, name, ...(errorId !== undefined && { errorId }) };
    return readError(alone, {
      ...(cause ? { cause: read(cause) } : {}),
      ...(errors ? { errors: openLater(errors as unknown[]) } : {}),
    });
  };

  const readTagged = ({ '#tag': tag, payload }: EncodedTagged): unknown => {
    const value = read(payload);
    return (tag === BYTES_TAG ? bytesOf(value) : undefined) ?? makeTagged(tag, value);
  };

  /** What is in an array or a record is read later. */
  const read = (value: unknown): unknown => {
    cost += CHEAP;
    if (typeof value === 'string') return isSpecial(value) ? readText(value) : value;
    if (!isContainer(value)) return value;
    if (Array.isArray(value)) return openLater(value);
    if (isEncodedError(value) || Object.hasOwn(value, '#tag')) cost += MADE;
    if (isEncodedError(value)) return readEncodedError(value);
    if (isEncodedTagged(value)) return readTagged(value);
    cost += CONTAINER;
    const record = unescapeNames(value);
    return record === undefined ? readPart(value) : openLater(record);
  };

  const isOver = (): boolean => {
    const units = cost;
    cost = 0;
    return pace.spend(units);
  };

  const value = read(JSON.parse(body.slice(1)));
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (Array.isArray(holder)) {
      for (let i = 0; i < holder.length; i += 1) {
        holder[i] = read(holder[i]);
        if (isOver()) yield;
      }
    } else {
      for (const name of Object.keys(holder)) {
        holder[name] = read(holder[name]);
        if (isOver()) yield;
      }
    }
    Object.freeze(holder);
  }
  return value;
};

/** The same in one piece. */
export const decodeData = (data: CapData<KRef>, powers: DataPowers): unknown =>
  finishWork(decodeInSlices(data, powers, AT_ONCE));
