import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CooperageError, StoreBackend } from '@cooperage/types';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const openStore = async (): Promise<{ folder: string; backend: StoreBackend }> => {
  const folder = join(temporaryFolder(), 'store');
  const backend = await openLmdbBackend(folder);
  onTestFinished(() => backend.close());
  await commit(backend, 'before');
  return { folder, backend };
};

const commit = (backend: StoreBackend, value: string): Promise<void> =>
  backend.commit({
    epoch: backend.epoch,
    sequence: backend.committed + 1,
    writes: new Map([['k', value]]),
  });

const whenLost = (backend: StoreBackend): Promise<CooperageError> =>
  new Promise((resolve) => backend.onLost?.(resolve));

const isLost = { code: 'STORE_LOST' };

/** What may happen to the files of a store while it is open. */
const LOSSES: Record<string, (folder: string) => void> = {
  'its directory is removed': (folder) => rmSync(folder, { recursive: true }),
  'its directory is moved': (folder) => renameSync(folder, `${folder}.elsewhere`),
  'its data file is removed': (folder) => rmSync(join(folder, 'store.mdb')),
  'a copy takes the place of its data file': (folder) => {
    const file = join(folder, 'store.mdb');
    cpSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
  },
  'a copy takes the place of its directory': (folder) => {
    cpSync(folder, `${folder}.copy`, { recursive: true });
    rmSync(folder, { recursive: true });
    renameSync(`${folder}.copy`, folder);
  },
  'its lock is removed, so that another process could own it': (folder) =>
    rmSync(join(folder, 'owner.lock')),
};

describe('a store that is lost while it is open', () => {
  it.each(Object.entries(LOSSES))('because %s acknowledges nothing more', async (_, lose) => {
    const { folder, backend } = await openStore();
    lose(folder);
    await expect(commit(backend, 'after')).rejects.toMatchObject(isLost);
    await expect(commit(backend, 'later')).rejects.toMatchObject(isLost);
    await expect(backend.blobs.put(new Uint8Array(10))).rejects.toMatchObject(isLost);
    await expect(backend.blobs.put(new Uint8Array(200_000))).rejects.toMatchObject(isLost);
    expect(await whenLost(backend)).toMatchObject(isLost);
    // What it shows is what was acknowledged.
    expect(backend.get('k')).toBeDefined();
  });

  it.each([
    ...Object.entries(LOSSES),
    [
      'the folder of its blobs is removed',
      (folder: string) => rmSync(join(folder, 'blobs'), { recursive: true }),
    ],
    [
      'the lock of its database is removed',
      (folder: string) => rmSync(join(folder, 'store.mdb-lock')),
    ],
  ] as const)('because %s is noticed while nothing is written', async (_, lose) => {
    const { folder, backend } = await openStore();
    const lost = whenLost(backend);
    lose(folder);
    expect(await lost).toMatchObject(isLost);
  });

  it('leaves nothing in a store that has taken its place', async () => {
    const { folder, backend } = await openStore();
    rmSync(folder, { recursive: true });
    const other = await openLmdbBackend(folder);
    await commit(other, 'of the other');
    const files = readdirSync(folder);
    await backend.close();
    expect(readdirSync(folder)).toEqual(files);
    expect(other.get('k')).toBe('of the other');
    await other.close();
  });

  it('goes on where only other files in its directory change', async () => {
    const { folder, backend } = await openStore();
    mkdirSync(join(folder, 'mine'));
    rmSync(join(folder, 'mine'), { recursive: true });
    await commit(backend, 'after');
    expect(backend.get('k')).toBe('after');
  });

  it('keeps no process alive by watching', () => {
    const folder = join(temporaryFolder(), 'store');
    const script = `const { openLmdbBackend } = await import('@cooperage/store-lmdb');
      await openLmdbBackend(${JSON.stringify(folder)});`;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      timeout: 60_000,
    });
    expect(status).toBe(0);
  });
});
