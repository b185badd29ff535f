import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './durable-files.js';
import { openEnvironment } from './environment.js';
import { FORMAT } from './meta-rows.js';

/**
 * Makes a data file that says of itself that it is empty, beside its place, and
 * then puts it there: whatever is found there later is whole, or was damaged.
 *
 * @param newest the number of its newest group, none of which is in it: 0, or that of the store it continues
 */
export const makeNewStore = async (path: string, newest: number): Promise<void> => {
  const unfinished = `${path}.new`;
  const remove = async (): Promise<void> => {
    for (const name of [unfinished, `${unfinished}-lock`]) await rm(name, { force: true });
  };
  await remove();
  try {
    const environment = await openEnvironment(unfinished, 'create');
    if (environment === undefined) throw new Error('the databases could not be made');
    const { root, meta } = environment;
    try {
      await root.batch(() => {
        void meta.put('format', String(FORMAT));
        void meta.put('epoch', '0');
        void meta.put('begin', String(newest));
        void meta.put('end', String(newest));
      });
    } finally {
      await root.close();
    }
    const file = await open(unfinished, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } finally {
    await remove();
  }
};
