import { createHash } from 'node:crypto';
import type { Digest } from '@cooperage/kernel';

/** In every engine since Node 20, but not yet in the library of types. */
type WellFormed = string & { isWellFormed(): boolean };

/** SHA-256. UTF-8 would make lone surrogates equal, so texts that hold some are hashed as they are in memory. */
export const sha256: Digest = (texts) => {
  const encoding = (texts as readonly WellFormed[]).every((text) => text.isWellFormed())
    ? 'utf8'
    : 'utf16le';
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text, encoding);
  return hash.digest('base64url');
};

/** The seed of one crank: 64 hexadecimal digits, which tell nothing of what they are made from. */
export const makeSeed = (text: string): string => createHash('sha256').update(text).digest('hex');
