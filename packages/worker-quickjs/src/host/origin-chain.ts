/** The images that a vat's heap is put together from. */
import type { HeapOrigin } from '@cooperage/types';
import { BadImage, parseImage } from '../heap-image.js';
import type { NamedImage } from '../protocol.js';

/** Images of images of images: nobody builds so high. */
const MOST = 64;

/**
 * @param isKnown whether every thread has this image anyway
 * @returns the origin's image and, in turn, what each is based on
 * @throws {BadImage} and what `origin.load` throws
 */
export const originChain = (
  origin: HeapOrigin,
  engine: string,
  isKnown: (hash: string) => boolean,
): NamedImage[] => {
  const chain: NamedImage[] = [];
  let hash: string | null = origin.hash;
  while (hash !== null && (chain.length === 0 || !isKnown(hash))) {
    if (chain.length >= MOST) throw new BadImage(`it is based on more than ${MOST} others`);
    const bytes = origin.load(hash);
    const { header } = parseImage(bytes, engine);
    if (chain.length === 0 && header.n !== origin.n) {
      throw new BadImage(`it is of crank ${header.n}, not of crank ${origin.n}`);
    }
    chain.push({ hash, bytes });
    hash = header.base;
  }
  return chain;
};
