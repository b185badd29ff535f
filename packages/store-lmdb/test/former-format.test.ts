import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS_END, type ReadableTables } from '@cooperage/types';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { openLmdbBackend, openLmdbView } from '../src/index.js';
import { writeFormerStore } from './helpers/former-format.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const rows = new Map([
  ['', 'under no key'],
  ['empty', ''],
  ['marked', '\x01not JSON'],
  ['lone \ud800', '\udfff'],
  ['quoted', '"text"'],
  ...Array.from({ length: 25_000 }, (_, i) => [`row ${i}`, `value ${i}`] as const),
  ['large', 'x'.repeat(100_000)],
]);
const blob = Uint8Array.from({ length: 5_000 }, (_, i) => i);

const makeFormer = async (): Promise<{ folder: string; dataFile: string }> => {
  const folder = temporaryFolder();
  await writeFormerStore(folder, { rows, blob, committed: 7, epoch: 3 });
  return { folder, dataFile: join(folder, 'store.mdb') };
};

const readAll = (tables: ReadableTables): Map<string, string | undefined> =>
  new Map([...tables.keys('', KEYS_END)].map((key) => [key, tables.get(key)]));

const formatOf = async (dataFile: string): Promise<string | undefined> => {
  const root = open({ path: dataFile, readOnly: true });
  const format = root.openDB<string, string>('meta', { encoding: 'string' }).get('format');
  await root.close();
  return format;
};

describe('a store of format 1', () => {
  it('is converted when it is opened, with all that is in it, and goes on', async () => {
    const { folder, dataFile } = await makeFormer();
    let backend = await openLmdbBackend(folder);
    expect([backend.committed, backend.epoch]).toEqual([7, 4]);
    expect(readAll(backend)).toEqual(new Map([...rows].sort()));
    const [hash] = [...backend.blobs.list()] as [string];
    expect(backend.blobs.get(hash)).toEqual(Buffer.from(blob));
    await backend.commit({ epoch: 4, sequence: 8, writes: new Map([['empty', 'no more']]) });
    await backend.close();
    expect(await formatOf(dataFile)).toBe('3');
    backend = await openLmdbBackend(folder, { check: 'always' });
    expect(backend.get('empty')).toBe('no more');
    expect(backend.committed).toBe(8);
    await backend.close();
  });

  it('is shown by a view, and left as it is', async () => {
    const { folder, dataFile } = await makeFormer();
    const before = readFileSync(dataFile);
    const view = await openLmdbView(folder);
    expect(view.committed).toBe(7);
    expect(readAll(view)).toEqual(new Map([...rows].sort()));
    await view.release();
    expect(readFileSync(dataFile).equals(before)).toBe(true);
  });

  it('is converted anew where the process ended in the middle', async () => {
    const { folder, dataFile } = await makeFormer();
    writeFileSync(`${dataFile}.new`, randomBytes(50_000));
    const backend = await openLmdbBackend(folder);
    expect(backend.get('row 24999')).toBe('value 24999');
    await backend.close();
    expect(existsSync(`${dataFile}.new`)).toBe(false);
  });

  it('is left as it is where its pages are damaged', async () => {
    const { folder, dataFile } = await makeFormer();
    const bytes = readFileSync(dataFile);
    const leaf = bytes.findLastIndex((_, at) => at % 4096 === 18 && bytes.readUInt16LE(at) === 2);
    bytes[leaf] = 0xff;
    writeFileSync(dataFile, bytes);
    await expect(openLmdbBackend(folder)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(readFileSync(dataFile).equals(bytes)).toBe(true);
  });
});
