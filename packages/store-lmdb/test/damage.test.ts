import { randomBytes } from 'node:crypto';
import {
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '@cooperage/types';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { startChild } from './helpers/child.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

/** A store with trees of several levels, values of all sizes and free pages. */
const makeStore = async (): Promise<{ folder: string; dataFile: string }> => {
  const folder = join(temporaryFolder(), 'store');
  const backend = await openLmdbBackend(folder);
  for (let sequence = 1; sequence <= 4; sequence += 1) {
    const writes = new Map<string, string>();
    for (let i = 0; i < 3_000; i += 1) {
      if (i % 4 < sequence) {
        writes.set(`key ${i}`, `value ${i} ${sequence} `.repeat(i % 100 === 0 ? 900 : 8));
      }
    }
    await backend.commit({ epoch: backend.epoch, sequence, writes });
  }
  await backend.close();
  return { folder, dataFile: join(folder, 'store.mdb') };
};

const corrupt = { code: 'STORE_CORRUPT' };

/** For the ways in which a file may be wrong that LMDB itself would not survive. */
const WRONG: Readonly<Record<string, (file: string, sound: Buffer) => void>> = {
  'is empty': (file) => writeFileSync(file, ''),
  'is one byte': (file) => writeFileSync(file, 'x'),
  'is text': (file) => writeFileSync(file, 'this is not a database\n'.repeat(1_000)),
  'is random': (file) => writeFileSync(file, randomBytes(100_000)),
  'is all zeroes': (file, sound) => writeFileSync(file, Buffer.alloc(sound.length)),
  'has lost its first meta page': (file, sound) =>
    writeFileSync(file, Buffer.concat([Buffer.alloc(4096), sound.subarray(4096)])),
  'has lost its second meta page': (file, sound) => {
    writeFileSync(file, Buffer.from(sound).fill(0, 4096, 8192));
  },
  'has lost its second half': (file, sound) => truncateSync(file, Math.floor(sound.length / 2)),
  'has lost its last page': (file, sound) => truncateSync(file, sound.length - 4096),
  'has lost its last byte': (file, sound) => truncateSync(file, sound.length - 1),
  'has lost all but its meta pages': (file) => truncateSync(file, 8192),
  'has a page of zeroes': (file, sound) => {
    // The root of all trees in the newer of the two states that the file holds.
    const newest = sound.readBigUInt64LE(152) > sound.readBigUInt64LE(4096 + 152) ? 0 : 4096;
    const root = Number(sound.readBigUInt64LE(newest + 136));
    writeFileSync(file, Buffer.from(sound).fill(0, root * 4096, (root + 1) * 4096));
  },
};

describe('a data file', () => {
  it.each(Object.entries(WRONG))('that %s is refused, and left alone', async (_, damage) => {
    const { folder, dataFile } = await makeStore();
    const sound = readFileSync(dataFile);
    damage(dataFile, sound);
    const damaged = readFileSync(dataFile);
    await expect(openLmdbBackend(folder)).rejects.toMatchObject(corrupt);
    await expect(openLmdbBackend(folder)).rejects.toMatchObject(corrupt);
    expect(readFileSync(dataFile).equals(damaged)).toBe(true);
    writeFileSync(dataFile, sound);
    const backend = await openLmdbBackend(folder);
    expect(backend.get('key 2999')).toContain('value 2999 4');
    await backend.close();
  });

  it('that is gone is not replaced by an empty one', async () => {
    const { folder, dataFile } = await makeStore();
    rmSync(dataFile);
    await expect(openLmdbBackend(folder)).rejects.toMatchObject(corrupt);
    expect(existsSync(dataFile)).toBe(false);
  });

  it('of another program is refused', async () => {
    const folder = temporaryFolder();
    const foreign = open({ path: join(folder, 'store.mdb'), overlappingSync: false });
    await foreign.openDB({ name: 'theirs' }).put('a', 1);
    await foreign.close();
    await expect(openLmdbBackend(folder)).rejects.toMatchObject(corrupt);
  });

  it('that was half made when the process ended is made anew', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'store.mdb.new'), randomBytes(10_000));
    const backend = await openLmdbBackend(folder);
    expect(backend.committed).toBe(0);
    await backend.close();
    expect(existsSync(join(folder, 'store.mdb.new'))).toBe(false);
  });

  it('is looked through where it is not as the last close left it', async () => {
    const { folder, dataFile } = await makeStore();
    // What damages a page deep inside shows in no size and no meta page.
    const bytes = readFileSync(dataFile);
    const { mtime, atime } = statSync(dataFile);
    const leaf = bytes.findLastIndex((_, at) => at % 4096 === 18 && bytes.readUInt16LE(at) === 2);
    bytes[leaf] = 0xff;
    writeFileSync(dataFile, bytes);
    await expect(openLmdbBackend(folder)).rejects.toMatchObject(corrupt);
    utimesSync(dataFile, atime, mtime);
    await expect(openLmdbBackend(folder, { check: 'always' })).rejects.toMatchObject(corrupt);
  });

  it('that is damaged at random never takes the process down', async () => {
    const { folder } = await makeStore();
    const child = startChild('damage.mjs', folder, '1', '60');
    expect(await child.ended).toBe(0);
    const { found, harmless } = JSON.parse(child.output()) as Record<'found' | 'harmless', number>;
    expect(found + harmless).toBe(60);
    expect(found).toBeGreaterThan(12);
  });

  it('in which one bit is another is refused, or is what it was', async () => {
    const child = startChild('flip-bits.mjs', join(temporaryFolder(), 'store'), '1', '80');
    expect(await child.ended).toBe(0);
    const { wrong, ...others } = JSON.parse(child.output()) as Record<string, number>;
    expect(wrong).toBe(0);
    for (const count of Object.values(others)) expect(count).toBeGreaterThan(5);
  });
});

/** Another bit in each place where the data file holds `text`, in pages that are free, too. */
const flipAt = (dataFile: string, text: string): void => {
  const bytes = readFileSync(dataFile);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    bytes[at] = (bytes[at] as number) ^ 1;
  }
  writeFileSync(dataFile, bytes);
};

describe('a damaged row', () => {
  it('is named when the store is opened', async () => {
    const { folder, dataFile } = await makeStore();
    flipAt(dataFile, 'value 2999 4 ');
    await expect(openLmdbBackend(folder)).rejects.toMatchObject({
      ...corrupt,
      message: expect.stringContaining('key 2999 (its checksum does not match)') as string,
    });
  });

  it('is named when it is read, where the file was damaged since it was opened', async () => {
    const { folder, dataFile } = await makeStore();
    const backend = await openLmdbBackend(folder);
    expect(backend.get('key 2999')).toContain('value 2999 4');
    flipAt(dataFile, 'value 2999 4 ');
    expect(() => backend.get('key 2999')).toThrow(
      expect.objectContaining({
        ...corrupt,
        message: expect.stringMatching(/"key 2999" .* its checksum/),
      }),
    );
    expect(backend.get('key 2998')).toContain('value 2998');
    await backend.close();
  });

  it('that is one of the store itself is named', async () => {
    const { folder, dataFile } = await makeStore();
    flipAt(dataFile, 'epoch');
    await expect(openLmdbBackend(folder)).rejects.toMatchObject(corrupt);
  });
});

describe('a blob', () => {
  it.each([100, LIMITS.blobFileBytes])('of %i bytes is checked when it is read', async (size) => {
    const folder = temporaryFolder();
    let backend = await openLmdbBackend(folder);
    const hash = await backend.blobs.put(new Uint8Array(size).fill(7));
    await backend.close();
    const file = join(folder, size < LIMITS.blobFileBytes ? 'store.mdb' : join('blobs', hash));
    const bytes = readFileSync(file);
    bytes.fill(
      8,
      bytes.indexOf(Buffer.alloc(100, 7)) + 50,
      bytes.indexOf(Buffer.alloc(100, 7)) + 51,
    );
    writeFileSync(file, bytes);
    backend = await openLmdbBackend(folder);
    expect(() => backend.blobs.get(hash)).toThrow(expect.objectContaining(corrupt));
    await backend.close();
  });

  it('that was half written when the process ended is gone', async () => {
    const folder = temporaryFolder();
    await (await openLmdbBackend(folder)).close();
    const half = join(folder, 'blobs', `${'0'.repeat(128)}.tmp`);
    writeFileSync(half, 'half');
    const backend = await openLmdbBackend(folder);
    expect([...backend.blobs.list()]).toEqual([]);
    expect(existsSync(half)).toBe(false);
    await backend.close();
  });
});
