import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { openLmdbView } from '@cooperage/store-lmdb';
import { importInto, presentBackendOn, storeOn } from '@cooperage/tools';
import { CooperageError, type KernelStore, type StoreBackend } from '@cooperage/types';

/** Whether an export can be there, and not a kernel: a file, or a folder without a database. */
const isDatabase = (path: string): boolean =>
  statSync(path).isDirectory() && existsSync(join(path, 'store.mdb'));

/**
 * The store of what is looked at: the directory of a kernel, as its last commit left it, or a recording, which is read into
 * memory. Nothing is written.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`, `BAD_EXPORT`, and what opening a directory throws
 */
export const openSourceBackend = async (path: string): Promise<StoreBackend> => {
  if (!existsSync(path)) {
    throw new CooperageError('BAD_ARGUMENT', `there is no kernel and no recording at ${path}`);
  }
  if (isDatabase(path))
    return presentBackendOn(await openLmdbView(path, { check: 'unless-clean' }));
  const backend = makeMemoryBackend();
  await importInto(backend, [path]);
  return backend;
};

/** Whether a path is the directory of a kernel, which may be running, and no recording. */
export const isKernel = (path: string): boolean => existsSync(path) && isDatabase(path);

/** What the kernel in a directory has committed by now. */
export const viewNow = async (directory: string): Promise<KernelStore> =>
  storeOn(await openLmdbView(directory));

/** The same, to be read as the store of a kernel. */
export const openSource = async (path: string): Promise<KernelStore> =>
  makeKernelStore(await openSourceBackend(path));
