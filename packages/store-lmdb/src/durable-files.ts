import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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

/** A folder, and that it is there after a power cut. */
export const provideFolder = async (path: string): Promise<void> => {
  const made = await mkdir(path, { recursive: true });
  if (made !== undefined) await syncFolder(dirname(made));
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
