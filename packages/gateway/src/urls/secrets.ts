/** Secrets of capability URLs: 256 random bits, of which a hash is stored. */
import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;
const SHAPE = /^[A-Za-z0-9_-]{43}$/;

export const makeSecret = (): string => randomBytes(BYTES).toString('base64url');

/** The secret needs no salt and no slow hash: there is nothing to guess. */
export const hashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

/** Short, and as good as unique: names what has the secret without telling it. */
export const idOf = (hash: string): string => hash.slice(0, 16);

/** The secret in the fragment of a URL, or the secret itself; undefined where there is none. */
export const secretIn = (urlOrSecret: unknown): string | undefined => {
  if (typeof urlOrSecret !== 'string' || urlOrSecret.length > 4_000) return undefined;
  const secret = urlOrSecret.slice(urlOrSecret.lastIndexOf('#') + 1);
  return SHAPE.test(secret) ? secret : undefined;
};
