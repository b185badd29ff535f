import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS_END } from '@cooperage/types';
import { expect, it } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

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
