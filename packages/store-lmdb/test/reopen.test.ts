import { cpSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS_END, type StoreBackend } from '@cooperage/types';
import { expect, it } from 'vitest';
import { wasClosedClean } from '../src/files/clean-mark.js';
import { openLmdbBackend } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const PAGE = 4_096;
const BRANCH = 1;

it('a store can be opened a hundred times, under a greater epoch each', async () => {
  const folder = temporaryFolder();
  for (let n = 1; n <= 100; n += 1) {
    const backend = await openLmdbBackend(folder);
    expect([backend.epoch, backend.committed]).toEqual([n, n - 1]);
    expect([...backend.keys('', KEYS_END)]).toHaveLength(n - 1);
    const writes = new Map([[`k${n}`, 'x'.repeat(1_000)]]);
    await backend.commit({ epoch: n, sequence: n, writes });
    await backend.close();
  }
  // Pages are used again: what each open and group leaves free is not lost.
  expect(statSync(join(folder, 'store.mdb')).size).toBeLessThan(1_500_000);
});

it('groups far larger than the file are taken whole, again and again', async () => {
  const folder = temporaryFolder();
  let backend = await openLmdbBackend(folder);
  for (let sequence = 1; sequence <= 3; sequence += 1) {
    const writes = new Map<string, string>();
    for (let i = 0; i < 50_000; i += 1) writes.set(`row ${i}`, `${sequence}:${i} `.repeat(20));
    writes.set('huge', `${sequence}`.repeat(20_000_000));
    await backend.commit({ epoch: backend.epoch, sequence, writes });
  }
  await backend.close();
  backend = await openLmdbBackend(folder, { check: 'always' });
  expect(backend.get('huge')).toHaveLength(20_000_000);
  expect(backend.get('row 49999')).toBe('3:49999 '.repeat(20));
  let rows = 0;
  for (const key of backend.keys('row ', 'row!')) rows += key.length > 0 ? 1 : 0;
  expect(rows).toBe(50_000);
  await backend.close();
});

it('a close leaves a mark that spares the next open the walk, and an open takes it away', async () => {
  const folder = temporaryFolder();
  const mark = join(folder, 'closed-clean');
  const backend = await openLmdbBackend(folder);
  expect(existsSync(mark)).toBe(false);
  await backend.close();
  expect(existsSync(mark)).toBe(true);
});

it('a closed store is refused for one flipped bit, wherever in use it is, although its times are unchanged', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'store.mdb');
  const backend = await openLmdbBackend(folder);
  const writes = new Map<string, string>();
  for (let i = 0; i < 5_000; i += 1) writes.set(`row ${i}`, `${i} `.repeat(20));
  await backend.commit({ epoch: backend.epoch, sequence: 1, writes });
  await backend.close();
  const sound = readFileSync(path);
  const { atime, mtime } = statSync(path);
  const mark = readFileSync(join(folder, 'closed-clean'));
  const branches = Array.from({ length: sound.length / PAGE }, (_, page) => page * PAGE).filter(
    (at) => at >= 2 * PAGE && (sound.readUInt16LE(at + 18) & 7) === BRANCH,
  );
  expect(branches.length).toBeGreaterThan(0);
  const outcomes = { refused: 0, harmless: 0 };
  for (const page of branches) {
    // The header, the places of its nodes, and in the first of these a page number.
    for (const at of [0, 8, 18, 20, 22, 24, 26, sound.readUInt16LE(page + 24) + 24]) {
      const flipped = Buffer.from(sound);
      flipped.writeUInt8(flipped.readUInt8(page + at) ^ 4, page + at);
      writeFileSync(path, flipped);
      utimesSync(path, atime, mtime);
      writeFileSync(join(folder, 'closed-clean'), mark);
      const opened = await openLmdbBackend(folder).catch((error: unknown) => error);
      if (opened instanceof Error) {
        expect(opened).toMatchObject({ code: 'STORE_CORRUPT' });
        outcomes.refused += 1;
        continue;
      }
      // A page that is free holds what it likes.
      const found = opened as StoreBackend;
      expect([...found.keys('row ', 'row!')]).toHaveLength(5_000);
      await found.close();
      outcomes.harmless += 1;
    }
  }
  expect(outcomes.refused).toBeGreaterThan(0);
});

it('a copy of a closed store needs no walk: its mark is about its bytes, not about its times', async () => {
  const [folder, copy] = [temporaryFolder(), temporaryFolder()];
  const backend = await openLmdbBackend(folder);
  await backend.commit({ epoch: 1, sequence: 1, writes: new Map([['k', 'v']]) });
  await backend.close();
  cpSync(folder, copy, { recursive: true });
  expect(await wasClosedClean(copy, join(copy, 'store.mdb'))).toBe(true);
});
