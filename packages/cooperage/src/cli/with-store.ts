import { openLmdbView } from '@cooperage/store-lmdb';
import type { KernelStore } from '@cooperage/types';
import { storeOn } from '@cooperage/tools';
import { type DirectoryOptions, findDirectory } from './find-directory.js';

/**
 * Looks at a kernel, whether it runs or not, as its last commit left it. Nothing is changed, and the directory need
 * not be writable.
 * @param check all pages of the database are looked through first
 * @throws {CooperageError} `STORE_DENIED` where it may not be read, `STORE_CORRUPT`
 */
export const withStore = async <T>(
  options: DirectoryOptions,
  look: (store: KernelStore, directory: string) => T | Promise<T>,
  check: 'always' | 'unless-clean' = 'unless-clean',
): Promise<T> => {
  const directory = await findDirectory(options);
  const store = storeOn(await openLmdbView(directory, { check }));
  try {
    return await look(store, directory);
  } finally {
    await store.close();
  }
};
