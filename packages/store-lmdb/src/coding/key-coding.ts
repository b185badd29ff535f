/**
 * Keys as bytes whose order is the order of the strings by UTF-16 code unit.
 *
 * Each code unit is written as UTF-8 writes a code point of that value, lone
 * surrogates and the halves of pairs too, so nothing collides and nothing is
 * out of order. NUL gets a second byte, which leaves the single byte 0 for the
 * empty string: LMDB has no empty keys.
 */

/** At most three bytes for each code unit. */
export const writeKey = (key: string, target: Uint8Array, start: number): number => {
  let at = start;
  if (key.length === 0) target[at++] = 0;
  for (let i = 0; i < key.length; i += 1) {
    const unit = key.charCodeAt(i);
    if (unit === 0) {
      target[at++] = 0;
      target[at++] = 1;
    } else if (unit < 0x80) {
      target[at++] = unit;
    } else if (unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6);
      target[at++] = 0x80 | (unit & 0x3f);
    } else {
      target[at++] = 0xe0 | (unit >> 12);
      target[at++] = 0x80 | ((unit >> 6) & 0x3f);
      target[at++] = 0x80 | (unit & 0x3f);
    }
  }
  // The caller grows its buffer on a RangeError; a typed array just ignores what does not fit.
  if (at > target.length) throw new RangeError('the key does not fit');
  return at;
};

/** True where each byte is a character by itself. */
const isPlain = (source: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at += 1) {
    const byte = source[at] as number;
    if (byte === 0 || byte >= 0x80) return false;
  }
  return true;
};

export const readKey = (source: Buffer, start: number, end: number): string => {
  if (isPlain(source, start, end)) return source.toString('latin1', start, end);
  let key = '';
  let at = start;
  while (at < end) {
    const first = source[at++] as number;
    if (first === 0) {
      if (at === end) break;
      at += 1;
      key += '\0';
    } else if (first < 0x80) {
      key += String.fromCharCode(first);
    } else if (first < 0xe0) {
      key += String.fromCharCode(((first & 0x1f) << 6) | ((source[at++] as number) & 0x3f));
    } else {
      const second = source[at++] as number;
      const third = source[at++] as number;
      key += String.fromCharCode(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
    }
  }
  return key;
};

/** Whether `source` is what {@link writeKey} makes of `key`, and not something that is merely read as it. */
export const isOnlyForm = (source: Buffer, key: string): boolean => {
  if (isPlain(source, 0, source.length)) return true;
  const again = Buffer.alloc(3 * key.length + 2);
  return again.subarray(0, writeKey(key, again, 0)).equals(source);
};

/** A key of ours that is plain ASCII, as the database writes it where it is given no coding: with NUL behind it. */
export const readName = (source: Buffer): string => source.toString('latin1').replace(/\0$/, '');
