import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import type { KernelStore } from '@cooperage/types';
import { type DirectoryOptions, findDirectory } from './find-directory.js';

/**
 * Looks at a kernel that is not running. The directory is locked meanwhile, and nothing in it is changed
 * but what `look` does.
 * @param check all pages of the database are looked through first
 * @throws {CooperageError} `STORE_LOCKED` while a kernel runs there
 */
export const withStore = async <T>(
  options: DirectoryOptions,
  look: (store: KernelStore, directory: string) => T,
  check: 'always' | 'unless-clean' = 'unless-clean',
): Promise<T> => {
  const directory = await findDirectory(options);
  const store = makeKernelStore(await openLmdbBackend(directory, { check }));
  try {
    return look(store, directory);
  } finally {
    await store.close();
  }
};
