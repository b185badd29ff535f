import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Environment, openEnvironment } from './environment.js';
import { syncFolder } from './files/durable-files.js';
import { hasRoom } from './files/room.js';
import { storeFull } from './files/store-error.js';
import { putAllMeta } from './meta-rows.js';
import { transact } from './transaction.js';

export interface NewStore {
  /** The number of its newest group: 0, or that of the store that it continues or replaces. */
  readonly committed: number;
  /** Of the last open of the store that it replaces; 0 for none. */
  readonly epoch: number;
  /** Writes what is in it. Nothing is, if left out. */
  readonly fill?: (environment: Environment) => Promise<void>;
}

/** Bytes of a store in which nothing is yet, and more. */
const FIRST_PAGES = 131_072;

const syncFile = async (path: string): Promise<void> => {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * Makes a data file beside its place, and then puts it there, also where there was one: whatever is found there
 * later is whole, or was damaged.
 */
export const makeNewStore = async (
  path: string,
  { committed, epoch, fill }: NewStore,
): Promise<void> => {
  const unfinished = `${path}.new`;
  const remove = async (): Promise<void> => {
    for (const name of [unfinished, `${unfinished}-lock`]) await rm(name, { force: true });
  };
  await remove();
  // Where the first pages of a file cannot be written, the database library ends the process.
  if (!hasRoom(unfinished, 0, FIRST_PAGES)) throw storeFull(dirname(path), `making ${path}`);
  try {
    const environment = await openEnvironment(unfinished, 'create');
    if (environment === undefined) throw new Error('the databases could not be made');
    const { root, meta } = environment;
    try {
      await fill?.(environment);
      await transact(root, () => {
        putAllMeta(meta, committed, epoch);
      });
    } finally {
      await root.close();
    }
    await syncFile(unfinished);
    // It counts the transactions of the file that it was made for.
    await rm(`${path}-lock`, { force: true });
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } finally {
    await remove();
  }
};
