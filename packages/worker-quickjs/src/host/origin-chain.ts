/** The images that a vat's heap is put together from. */
import { type HeapOrigin, messageOf } from '@cooperage/types';
import { BadImage } from '../heap-image.js';
import type { NamedImage } from '../protocol.js';
import type { ImageCache, CachedImage } from './image-cache.js';

/** Images of images of images: no sound chain is longer. */
const MOST = 64;

/**
 * @param isKnown whether every thread has this image anyway
 * @returns the origin's image and, in turn, what each is based on
 * @throws {BadImage} and what `origin.load` throws
 */
export const originChain = (
  origin: HeapOrigin,
  engine: string,
  cache: ImageCache,
  isKnown: (hash: string) => boolean,
): NamedImage[] => {
  const chain: NamedImage[] = [];
  let hash: string | null = origin.hash;
  const take = (wanted: string): CachedImage => {
    try {
      return cache.take(wanted, engine, origin.load);
    } catch (thrown) {
      if (wanted === origin.hash) throw thrown;
      throw new BadImage(`${origin.hash} is based on ${wanted}: ${messageOf(thrown)}`);
    }
  };
  while (hash !== null && (chain.length === 0 || !isKnown(hash))) {
    if (chain.length >= MOST) throw new BadImage(`it is based on more than ${MOST} others`);
    const { bytes, n, base } = take(hash);
    if (chain.length === 0 && n !== origin.n) {
      throw new BadImage(`it is of crank ${n}, not of crank ${origin.n}`);
    }
    chain.push({ hash, bytes });
    hash = base;
  }
  return chain;
};
