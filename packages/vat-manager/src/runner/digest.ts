import { createHash, hash } from 'node:crypto';
import type { Digest } from '@cooperage/kernel';

/** In every engine since Node 20, but not yet in the library of types. */
type WellFormed = string & { isWellFormed(): boolean };

const isWellFormed = (text: string): boolean => (text as WellFormed).isWellFormed();

/** Characters of texts that are hashed as one: a call for each text costs more than to join them. */
const SHORT = 65_536;

/** The texts as one, where each of them is well-formed; undefined where one is not, or they are long. */
const joined = (texts: readonly string[]): string | undefined => {
  let length = 0;
  for (const text of texts) {
    length += text.length;
    if (length > SHORT || !isWellFormed(text)) return undefined;
  }
  return texts.join('');
};

/** SHA-256. UTF-8 would make lone surrogates equal, so texts that hold some are hashed as they are in memory. */
export const sha256: Digest = (texts) => {
  const whole = joined(texts);
  if (whole !== undefined) return hash('sha256', whole, 'base64url');
  const encoding = texts.every(isWellFormed) ? 'utf8' : 'utf16le';
  const made = createHash('sha256');
  for (const text of texts) made.update(text, encoding);
  return made.digest('base64url');
};

/** The seed of one crank: 64 hexadecimal digits, from which its inputs cannot be computed. */
export const makeSeed = (text: string): string => createHash('sha256').update(text).digest('hex');
