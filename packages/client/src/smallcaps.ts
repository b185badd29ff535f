import {
  elementsOf,
  insistPlainBytes,
  insistPlainError,
  propertiesOf,
  received,
  refuse,
} from './copied-data.js';

/**
 * Values as text with their references taken out: smallcaps, as vats read and write it.
 * @see https://github.com/endojs/endo/blob/master/packages/marshal/docs/smallcaps-cheatsheet.md
 */
export interface WireData {
  readonly body: string;
  readonly slots: readonly string[];
}

/**
 * The name of a value that is passed by reference; undefined for data.
 * @throws {TypeError} for any other value
 */
export type NameOf = (value: object) => string | undefined;

const SPECIAL = /^[!-\-%#$&+]/;
const escape = (text: string): string => (SPECIAL.test(text) ? `!${text}` : text);
const unescape = (text: string): string => (text.startsWith('!') ? text.slice(1) : text);

const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const NUMBERS: Readonly<Record<string, unknown>> = {
  '#undefined': undefined,
  '#NaN': NaN,
  '#Infinity': Infinity,
  '#-Infinity': -Infinity,
};

const encodeNumber = (value: number): unknown =>
  Number.isFinite(value) ? value : `#${String(value)}`;

/** The greatest depth of data: the same as in vats. */
const DEEPEST = 250;

/** How refusals name the value, and whether it was thrown. */
export interface EncodeOptions {
  readonly path?: string;
  /** As much as possible of its errors is copied. */
  readonly isReason?: boolean;
}

/** @throws {TypeError} with the place of a value that cannot be passed unchanged */
export const encode = (
  value: unknown,
  nameOf: NameOf,
  { path: top = 'the value', isReason = false }: EncodeOptions = {},
): WireData => {
  const slots: string[] = [];
  const around = new Map<object, string>();

  const slot = (name: string): string => {
    const known = slots.indexOf(name);
    const index = known === -1 ? slots.push(name) - 1 : known;
    return /^[ap]/.test(name) ? `&${index}` : `$${index}.Alleged: object`;
  };

  const copyParts = (given: object, path: string): unknown => {
    const outer = around.get(given);
    if (outer !== undefined) refuse(path, `leads back to ${outer}: data cannot contain itself`);
    if (around.size >= DEEPEST) refuse(path, `is too deep: data may be nested ${DEEPEST} deep`);
    around.set(given, path);
    const made = Array.isArray(given)
      ? elementsOf(given, path).map(([place, each]) => visit(each, place))
      : Object.fromEntries(
          propertiesOf(given, path).map(([place, key, each]) => [escape(key), visit(each, place)]),
        );
    around.delete(given);
    return made;
  };

  const copy = (given: object, path: string): unknown => {
    const name = nameAt(given, path);
    if (name !== undefined) return slot(name);
    if (given instanceof Error) {
      if (!isReason) insistPlainError(given, path);
      return { '#error': escape(given.message), name: escape(given.name) };
    }
    if (given instanceof Uint8Array) {
      insistPlainBytes(given, path);
      return { '#tag': 'bytes', payload: toBase64(given) };
    }
    return copyParts(given, path);
  };

  const nameAt = (given: object, path: string): string | undefined => {
    try {
      return nameOf(given);
    } catch (thrown) {
      return refuse(path, thrown instanceof TypeError ? thrown.message : 'cannot be read');
    }
  };

  const visit = (each: unknown, path: string): unknown => {
    switch (typeof each) {
      case 'undefined':
        return '#undefined';
      case 'number':
        return encodeNumber(each);
      case 'bigint':
        return each < 0n ? String(each) : `+${each}`;
      case 'string':
        return escape(each);
      case 'boolean':
        return each;
      case 'object':
        return each === null ? null : copy(each, path);
      case 'function':
        return copy(each, path);
      default:
        return refuse(path, `is a ${typeof each}, which cannot be passed to a vat`);
    }
  };

  const body = `#${JSON.stringify(visit(value, top))}`;
  return { body, slots };
};

const errorFrom = (given: Readonly<Record<string, unknown>>): Error => {
  const error = new Error(unescape(String(given['#error'])));
  if (typeof given['name'] === 'string') error.name = unescape(given['name']);
  received.add(error);
  return error;
};

export const decode = ({ body, slots }: WireData, valueOf: (name: string) => unknown): unknown => {
  const visit = (each: unknown): unknown => {
    if (typeof each === 'string') return visitText(each);
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) return each.map(visit);
    const record = each as Readonly<Record<string, unknown>>;
    if ('#error' in record) return errorFrom(record);
    if ('#tag' in record) {
      const tag = unescape(String(record['#tag']));
      const payload = visit(record['payload']);
      return tag === 'bytes' && typeof payload === 'string'
        ? fromBase64(payload)
        : { tag, payload };
    }
    return Object.fromEntries(
      Object.entries(record).map(([key, value]) => [unescape(key), visit(value)]),
    );
  };

  const visitText = (text: string): unknown => {
    switch (text[0]) {
      case '!':
        return text.slice(1);
      case '+':
        return BigInt(text.slice(1));
      case '-':
        return BigInt(text);
      case '#':
        return NUMBERS[text];
      case '$':
      case '&':
        return valueOf(slots[parseInt(text.slice(1), 10)] ?? '');
      default:
        return text;
    }
  };

  return visit(JSON.parse(body.slice(1)));
};
