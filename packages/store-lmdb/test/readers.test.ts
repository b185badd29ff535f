import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend, openLmdbView } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const clearDeadReaders = async (folder: string): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'helpers', 'clear-dead-readers.mjs'),
    join(folder, 'store.mdb'),
  ]);
  return Number(stdout);
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
      // What died is the process before.
      expect(await clearDeadReaders(folder)).toBeLessThanOrEqual(i === 0 ? 0 : 1);
      await commit(new Map([['row', `after ${i}`]]));
      expect(backend.get('row')).toBe(`after ${i}`);
    }
  });
});
