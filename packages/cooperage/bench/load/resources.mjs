import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Megabytes on disk, in all files of the folder. */
export const diskOf = async (folder) => {
  const names = await readdir(folder, { recursive: true });
  let bytes = 0;
  for (const name of names)
    bytes += (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  return bytes / 1e6;
};

/**
 * Megabytes of memory: the process's own, which only it can give back; all that is resident, which has pages of the store in it
 * that the system takes back when it needs them; and the heap of this thread.
 */
export const memoryOf = async () => {
  const { rss, heapUsed } = process.memoryUsage();
  const status = await readFile('/proc/self/status', 'latin1').catch(() => '');
  const own = /^RssAnon:\s*(\d+) kB/m.exec(status)?.[1];
  return {
    own: own === undefined ? rss / 1e6 : (Number(own) * 1_024) / 1e6,
    resident: rss / 1e6,
    heap: heapUsed / 1e6,
  };
};
