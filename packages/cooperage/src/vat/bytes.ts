/** Bytes in vats: a tagged base64 text, which can be passed, stored and compared, and arrives in the host as a `Uint8Array`. */
import { getTag, makeTagged, passStyleOf, type CopyTagged } from '@endo/pass-style';

const TAG = 'bytes';
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const encodeBase64 = (bytes: Uint8Array): string => {
  const texts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(i, i + 3);
    const bits = (first << 16) | (second << 8) | third;
    const digits = [18, 12, 6, 0].map((shift) => DIGITS.charAt((bits >> shift) & 63)).join('');
    const missing = Math.max(0, i + 3 - bytes.length);
    texts.push(digits.slice(0, 4 - missing) + '='.repeat(missing));
  }
  return texts.join('');
};

const VALUES: ReadonlyMap<string, number> = new Map([...DIGITS].map((digit, i) => [digit, i]));

const decodeBase64 = (text: string): Uint8Array => {
  const missing = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - missing);
  for (let i = 0, at = 0; i < text.length; i += 4, at += 3) {
    let bits = 0;
    for (const digit of text.slice(i, i + 4)) bits = (bits << 6) | (VALUES.get(digit) ?? 0);
    for (let k = 0; k < 3 && at + k < bytes.length; k += 1) bytes[at + k] = bits >> (16 - 8 * k);
  }
  return bytes;
};

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export type PassableBytes = CopyTagged<'bytes', string>;

/** What is passed and stored in place of these bytes. */
export const encodeBytes = (bytes: Uint8Array): PassableBytes =>
  makeTagged(TAG, encodeBase64(bytes));

/**
 * The bytes that the host, or another vat, has passed.
 * @throws {TypeError} for what is no such value
 */
export const decodeBytes = (passed: PassableBytes): Uint8Array => {
  const isRight =
    typeof passed === 'object' && passStyleOf(passed) === 'tagged' && getTag(passed) === TAG;
  const text: unknown = isRight ? passed.payload : undefined;
  if (typeof text !== 'string' || text.length % 4 !== 0 || !BASE64.test(text)) {
    throw new TypeError(
      'decodeBytes takes bytes as the host passes them, or encodeBytes makes them',
    );
  }
  return decodeBase64(text);
};
