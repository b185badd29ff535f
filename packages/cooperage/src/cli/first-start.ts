/** A kernel that is not there yet: what can go wrong goes wrong before anything is written or deleted. */
import { makeBundler } from '../bundle/bundle.js';
import type { ResolvedConfig } from '../config/config.js';

/**
 * Bundles the code of all vats. What is bundled here is found in the cache by whoever asks next.
 * @throws {CooperageError} `BAD_BUNDLE`, `BUNDLE_NOT_FOUND`
 */
export const bundleAll = async (
  { vats, bundles }: ResolvedConfig,
  onBundling: (source: string) => void,
): Promise<void> => {
  const bundler = makeBundler();
  const sources = [...Object.values(bundles), ...Object.values(vats)].map(({ source }) => source);
  for (const source of new Set(sources)) {
    await bundler.bundle(source, {
      onProgress: ({ state }) => {
        if (state === 'bundling') onBundling(source);
      },
    });
  }
};
