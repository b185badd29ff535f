import { crc32 } from 'node:zlib';

/**
 * A value as it is stored: a seal of six characters, then the value. The seal is a checksum over key, length
 * and value, so that a row that was damaged, or that is found under another key, is recognised: one flipped bit
 * always, any other damage with a probability of 1 - 2⁻³².
 *
 * All of it is UTF-8, which the database reads and writes fastest. A value that UTF-8 cannot hold (one with lone
 * surrogates) is stored as JSON; the seal says so, and covers that it does.
 *
 * | character of the seal | bits |
 * |---|---|
 * | 1 to 5, and the upper half of 6 | `1`, then six bits of the checksum each, from the top |
 * | 6, lower half | `00`, `0`, and 1 where the value is JSON |
 */
const SEAL_LENGTH = 6;

const PLAIN = 0;
const JSON_TEXT = 1;
type Form = typeof PLAIN | typeof JSON_TEXT;

/** Up to this many characters the call of the native checksum would cost more than the loop. */
const SHORT = 64;

// FNV-1a: each step is a bijection of the state, so that one other character always gives another result.
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

const addText = (state: number, text: string): number => {
  let sum = state;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), PRIME);
  return sum;
};

const checksum = (key: string, body: string, form: Form): number => {
  const begun = Math.imul(addText(OFFSET ^ form, key) ^ body.length, PRIME);
  return body.length <= SHORT ? addText(begun, body) : crc32(body, begun >>> 0);
};

/** Six bits as one character that is a byte, and never NUL. */
const MARK = 0x40;

const formatSeal = (sum: number, form: Form): string =>
  String.fromCharCode(
    MARK | (sum >>> 26),
    MARK | ((sum >>> 20) & 0x3f),
    MARK | ((sum >>> 14) & 0x3f),
    MARK | ((sum >>> 8) & 0x3f),
    MARK | ((sum >>> 2) & 0x3f),
    MARK | ((sum & 3) << 4) | form,
  );

const holdsSeal = (stored: string, sum: number, form: Form): boolean =>
  stored.charCodeAt(0) === (MARK | (sum >>> 26)) &&
  stored.charCodeAt(1) === (MARK | ((sum >>> 20) & 0x3f)) &&
  stored.charCodeAt(2) === (MARK | ((sum >>> 14) & 0x3f)) &&
  stored.charCodeAt(3) === (MARK | ((sum >>> 8) & 0x3f)) &&
  stored.charCodeAt(4) === (MARK | ((sum >>> 2) & 0x3f)) &&
  stored.charCodeAt(5) === (MARK | ((sum & 3) << 4) | form);

/** In every engine since Node 20, but not yet in the library of types. */
type WellFormed = string & { isWellFormed(): boolean };

export const sealRow = (key: string, value: string): string => {
  if ((value as WellFormed).isWellFormed()) {
    return formatSeal(checksum(key, value, PLAIN), PLAIN) + value;
  }
  const body = JSON.stringify(value);
  return formatSeal(checksum(key, body, JSON_TEXT), JSON_TEXT) + body;
};

/** @returns undefined where this is not what {@link sealRow} gave for the key */
export const openRow = (key: string, stored: string): string | undefined => {
  if (stored.length < SEAL_LENGTH) return undefined;
  const form = (stored.charCodeAt(SEAL_LENGTH - 1) & 1) as Form;
  const body = stored.slice(SEAL_LENGTH);
  if (!holdsSeal(stored, checksum(key, body, form), form)) return undefined;
  return form === PLAIN ? body : (JSON.parse(body) as string);
};
