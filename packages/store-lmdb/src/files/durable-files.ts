import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeError } from './store-error.js';

/** Makes the names in a folder survive a power cut. */
export const syncFolder = async (path: string): Promise<void> => {
  // Windows keeps names by itself and does not let folders be opened.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

/**
 * A folder, and that it is there after a power cut. Made level by level: `mkdir` with `recursive` never returns
 * where a file system has the parent and refuses the child with ENOENT, as /proc does.
 *
 * @throws {CooperageError} `STORE_DENIED`, `STORE_FULL`, `BAD_ARGUMENT`, `STORE_FAILED`
 */
export const provideFolder = async (path: string): Promise<void> => {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder))
    missing.push(folder);
  try {
    for (const folder of missing.reverse()) {
      await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      await syncFolder(dirname(folder));
    }
  } catch (cause) {
    throw writeError(path, `making the directory ${path}`, 0, cause);
  }
};

/** All of the file or none of it, whatever happens meanwhile. */
export const writeFileAtomically = async (
  path: string,
  content: Uint8Array | string,
): Promise<void> => {
  const unfinished = `${path}.tmp`;
  try {
    const file = await open(unfinished, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
};
