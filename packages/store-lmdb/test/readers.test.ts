import { join } from 'node:path';
import { open } from 'lmdb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend, openLmdbView } from '../src/index.js';
import { startChild } from './helpers/child.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

/** Opening a data file clears the slots of all readers that seem to be dead. */
const openElsewhere = async (folder: string): Promise<void> => {
  const child = startChild('killed-reader.mjs', join(folder, 'store.mdb'));
  expect(await child.ended).toBe('SIGKILL');
};

/**
 * The database library knows that a reader lives by a lock of its process on the lock file, and the system lets go of all
 * such locks of a process when it closes the file once, whichever way it had opened it.
 */
describe('the owner of a store is not taken for dead by other processes', () => {
  it.each<readonly [string, (folder: string, commitLarge: () => Promise<void>) => Promise<void>]>([
    ['at first', async () => undefined],
    ['after a large group', async (_folder, commitLarge) => commitLarge()],
    ['after a view of its own', async (folder) => (await openLmdbView(folder)).release()],
    [
      'after it was refused the store a second time',
      async (folder) => {
        await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      },
    ],
  ])('%s', async (_when, act) => {
    const folder = temporaryFolder();
    const backend = await openLmdbBackend(folder);
    onTestFinished(() => backend.close());
    const commit = (writes: Map<string, string | null>) =>
      backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
    await commit(new Map([['row', 'small']]));
    await act(folder, () =>
      commit(new Map(Array.from({ length: 5_000 }, (_, i) => [`row ${i}`, 'large']))),
    );
    expect(backend.get('row')).toBe('small');
    for (let i = 0; i < 3; i += 1) {
      await openElsewhere(folder);
      await commit(new Map([['row', `after ${i}`]]));
      expect(backend.get('row')).toBe(`after ${i}`);
    }
  });
});

it('the owner of a store clears what killed readers left behind', async () => {
  const folder = temporaryFolder();
  const backend = await openLmdbBackend(folder);
  onTestFinished(() => backend.close());
  // The library opens a file once in a process: this is what the owner has open.
  const path = join(folder, 'store.mdb');
  const root = open({ path, noSubdir: true, encoding: 'binary' });
  onTestFinished(() => root.close());
  const child = startChild('killed-reader.mjs', path);
  expect(await child.ended).toBe('SIGKILL');
  expect(Number(child.output())).toBe(child.process.pid);
  await expect.poll(() => root.readerList()).not.toMatch(new RegExp(`\\b${child.process.pid}\\b`));
});
