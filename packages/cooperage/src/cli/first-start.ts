/** A kernel that is not there yet: what can go wrong goes wrong before anything is written or deleted. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
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

/** Runs `open`; where that fails, a directory that it made is taken away again. */
export const leavingNothing = async <T>(
  directory: string | undefined,
  open: () => Promise<T>,
): Promise<T> => {
  const wasThere = directory === undefined || existsSync(directory);
  try {
    return await open();
  } catch (error) {
    if (!wasThere) await rm(directory, { recursive: true, force: true });
    throw error;
  }
};
