import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, it } from 'vitest';
import { sealRow } from '../src/coding/sealed-rows.js';
import { openLmdbBackend } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

/** A store in which some of its own rows are not what they were; null takes one away. */
const storeWith = async (rows: Readonly<Record<string, string | null>>): Promise<string> => {
  const folder = temporaryFolder();
  await (await openLmdbBackend(folder)).close();
  const root = open({ path: join(folder, 'store.mdb'), overlappingSync: false });
  const meta = root.openDB<string, string>('meta', { encoding: 'string' });
  for (const [row, value] of Object.entries(rows)) {
    await (value === null ? meta.remove(row) : meta.put(row, value));
  }
  await root.close();
  return folder;
};

it.each([
  ['sealed as we do', sealRow('layout', '7')],
  ['sealed in its own way', 'v7:0123456789'],
  ['not sealed at all', null],
])(
  'a store of a newer format, %s, is refused with both versions and what to do',
  async (_, layout) => {
    const folder = await storeWith({ format: '7', layout });
    await expect(openLmdbBackend(folder)).rejects.toMatchObject({
      code: 'STORE_NEWER_FORMAT',
      message: expect.stringMatching(/format 7, .* up to 3; update/) as string,
    });
  },
);

it('a store whose format was damaged is not taken for a newer one', async () => {
  const folder = await storeWith({ format: '4' });
  await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});

it.each([
  ['begin', '5'],
  ['begin', sealRow('begin', '5')],
  ['end', sealRow('end', '5')],
  ['end', sealRow('begin', '0')],
  ['layout', sealRow('layout', '1')],
  ['layout', null],
  ['epoch', null],
  ['format', 'x'],
  ['format', '0'],
  ['format', null],
])('a store whose row %s is %s is refused as corrupt', async (row, value) => {
  const folder = await storeWith({ [row]: value });
  await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
});
