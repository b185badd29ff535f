/** What a worker is given comes from the store. Where that is damaged the kernel stops, and no vat is blamed. */
import { makeMemoryBackend, type MemoryBackend } from '@cooperage/store';
import { CooperageError, type StoreBackend } from '@cooperage/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CooperageKernel, openKernel } from '../src/index.js';
import { fixture } from './helpers.js';

const config = { vats: { a: { source: fixture('stored-vat.js') } } };

let disk: MemoryBackend;
let ended: string[];
let kernel: CooperageKernel | undefined;

const open = async (store: StoreBackend) =>
  (kernel = await openKernel({
    config,
    store,
    threads: 1,
    on: { 'vat-ended': ({ name }) => ended.push(name), failed: () => undefined },
  }));

beforeEach(async () => {
  ended = [];
  disk = makeMemoryBackend();
  await open(disk);
  for (let i = 1; i <= 5; i += 1) await kernel?.send('a', 'put', [`key ${i}`, i]);
  await kernel?.close();
});
afterEach(async () => {
  await kernel?.close().catch(() => undefined);
});

type Damage = (sound: StoreBackend) => Partial<StoreBackend>;

/** The same disk, with some rows or blobs read otherwise. */
const openDamaged = (damage: Damage): StoreBackend => {
  const sound = disk.reopen();
  return {
    ...sound,
    get committed() {
      return sound.committed;
    },
    ...damage(sound),
  };
};

const isEntry = (key: string, n: number): boolean => /^v1\.t\./.test(key) && key.endsWith(`${n}`);
const entryKey = (n: number): string => {
  const found = disk.dump().find(([key]) => isEntry(key, n));
  return (found as [string, string])[0];
};
const refuse = (): never => {
  throw new CooperageError('STORE_CORRUPT', 'the checksum does not fit');
};

describe('a kernel', () => {
  const cases: Record<string, Damage> = {
    'a transcript entry is no JSON': (sound) => {
      const damaged = entryKey(3);
      return { get: (key) => (key === damaged ? '{"deliv' : sound.get(key)) };
    },
    'a transcript entry is that of another delivery': (sound) => {
      const [damaged, other] = [entryKey(3), entryKey(4)];
      return { get: (key) => sound.get(key === damaged ? other : key) };
    },
    'a transcript entry is missing': (sound) => {
      const damaged = entryKey(1);
      return {
        get: (key) => (key === damaged ? undefined : sound.get(key)),
        has: (key) => key !== damaged && sound.has(key),
      };
    },
    'a row of its vatstore fails its checksum': (sound) => ({
      get: (key) => (key.startsWith('v1.vs.vom.') ? refuse() : sound.get(key)),
    }),
    'the code of the vat fails its checksum': ({ blobs }) => ({ blobs: { ...blobs, get: refuse } }),
    'the code of the vat is under another name': ({ blobs }) => ({
      blobs: { ...blobs, has: () => false, get: () => undefined },
    }),
  };

  it.each(Object.keys(cases))(
    'stops with STORE_CORRUPT, and ends no vat, where %s',
    async (name) => {
      await open(openDamaged(cases[name] as Damage));
      await expect(kernel?.send('a', 'sum')).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await expect(kernel?.run()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
      await kernel?.close().catch(() => undefined);
      expect(ended).toEqual([]);

      // Nothing was changed: once the disk is read as it was written, all is as it was.
      await open(disk.reopen());
      expect(await kernel?.send('a', 'sum')).toBe(15);
    },
  );
});
