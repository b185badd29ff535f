import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, it } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

/** A store in which one of its own rows is not what it was. */
const storeWith = async (row: string, value: string | null): Promise<string> => {
  const folder = temporaryFolder();
  await (await openLmdbBackend(folder)).close();
  const root = open({ path: join(folder, 'store.mdb'), overlappingSync: false });
  const meta = root.openDB<string, string>('meta', { encoding: 'string' });
  await (value === null ? meta.remove(row) : meta.put(row, value));
  await root.close();
  return folder;
};

it('a store of a newer format is refused with both versions and what to do', async () => {
  const folder = await storeWith('format', '7');
  await expect(openLmdbBackend(folder)).rejects.toMatchObject({
    code: 'STORE_NEWER_FORMAT',
    message: expect.stringMatching(/format 7, .* up to 1; update/),
  });
});

it.each([
  ['begin', '5'],
  ['end', '5'],
  ['epoch', null],
  ['format', 'x'],
  ['format', null],
])('a store whose row %s is %s is refused as corrupt', async (row, value) => {
  const folder = await storeWith(row, value);
  await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});
