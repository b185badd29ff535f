/** Images that vats were started from lately, in memory that threads share: forks of one vat start from one image. */
import { parseImage } from '../heap-image.js';

export interface CachedImage {
  readonly bytes: Uint8Array;
  readonly n: number;
  /** The image that it is a difference to. */
  readonly base: string | null;
}

/** Bytes of images that are kept. */
const MOST = 64 * 2 ** 20;

export interface ImageCache {
  /**
   * The image of a hash, which is read, checked and parsed only where it is not on the cache.
   * @throws {BadImage} and what `load` throws
   */
  take(hash: string, engine: string, load: (hash: string) => Uint8Array): CachedImage;
}

export const makeImageCache = (most = MOST): ImageCache => {
  /** The least recently used first. */
  const images = new Map<string, CachedImage>();
  let kept = 0;

  const makeRoom = (): void => {
    for (const [hash, { bytes }] of images) {
      if (kept <= most) return;
      images.delete(hash);
      kept -= bytes.length;
    }
  };

  return {
    take: (hash, engine, load) => {
      const known = images.get(hash);
      if (known !== undefined) {
        images.delete(hash);
        images.set(hash, known);
        return known;
      }
      const loaded = load(hash);
      const { n, base } = parseImage(loaded, engine).header;
      const bytes = new Uint8Array(new SharedArrayBuffer(loaded.length));
      bytes.set(loaded);
      const image = { bytes, n, base };
      images.set(hash, image);
      kept += bytes.length;
      makeRoom();
      return image;
    },
  };
};
