import { insistOptions, KEYS_END, LIMITS, type StoreBackend } from '@cooperage/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobCompliance } from './blobs.js';
import {
  BACKEND_SUITE,
  groupOf,
  type StoreBackendFixture,
  type StoreBackendSuite,
} from './fixture.js';
import { inKeyOrder, ODD_STRINGS } from './strings.js';
import { viewCompliance } from './views.js';

/**
 * The behaviour of a {@link StoreBackend}, as tests. Call it from a test file:
 *
 *     storeBackendCompliance({
 *       setup: async () => { const backend = …; return { backend, open: async () => … }; },
 *       supports: { durability: true, exclusiveLock: false, takeover: true },
 *     });
 */
export const storeBackendCompliance = (suite: StoreBackendSuite): void => {
  const { supports } = insistOptions('storeBackendCompliance', suite, BACKEND_SUITE);

  describe('a store backend', () => {
    let fixture: StoreBackendFixture;
    let backend: StoreBackend;

    beforeEach(async () => {
      fixture = await suite.setup();
      ({ backend } = fixture);
    });
    afterEach(async () => {
      await suite.teardown?.(fixture);
    });

    const commit = (writes: Iterable<readonly [string, string | null]>): Promise<void> =>
      backend.commit(groupOf(backend, writes));
    const allKeys = (): string[] => [...backend.keys('', KEYS_END)];

    describe('tables', () => {
      it('are empty at first, and nothing is committed', () => {
        expect(allKeys()).toEqual([]);
        expect(backend.get('a')).toBeUndefined();
        expect(backend.has('a')).toBe(false);
        expect(backend.committed).toBe(0);
        expect(backend.epoch).toBeGreaterThan(0);
      });

      it('show a group when its commit resolves', async () => {
        await commit([
          ['a', '1'],
          ['b', '2'],
        ]);
        expect([backend.get('a'), backend.get('b')]).toEqual(['1', '2']);
        expect(backend.has('b')).toBe(true);
        expect(backend.committed).toBe(1);

        await commit([
          ['a', null],
          ['b', '3'],
          ['never was', null],
        ]);
        expect([backend.get('a'), backend.get('b')]).toEqual([undefined, '3']);
        expect(backend.has('a')).toBe(false);
        expect(allKeys()).toEqual(['b']);
        expect(backend.committed).toBe(2);
      });

      it('take a group without writes', async () => {
        await commit([]);
        expect(backend.committed).toBe(1);
      });

      it('take any string as key and as value', async () => {
        const rows = ODD_STRINGS.map((key, i) => [key, ODD_STRINGS.at(-1 - i) as string] as const);
        await commit(rows);
        for (const [key, value] of rows) {
          expect(backend.get(key), JSON.stringify(key)).toBe(value);
          expect(backend.has(key), JSON.stringify(key)).toBe(true);
        }
        await commit(rows.map(([key]) => [key, null]));
        expect(allKeys()).toEqual([]);
      });

      it('take keys and values of any allowed length', async () => {
        const longest = ['k', '\0', '\uffff', '\ud800'].map((c) => c.repeat(LIMITS.tableKeyLength));
        const large = 'välue '.repeat(500_000);
        await commit(longest.map((key) => [key, large]));
        expect(allKeys()).toEqual(inKeyOrder(longest));
        for (const key of longest) expect(backend.get(key) === large).toBe(true);
      });

      it('take a large group whole', async () => {
        const rows = Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, `value ${i}`] as const);
        await commit(rows);
        expect(allKeys()).toEqual(inKeyOrder(rows.map(([key]) => key)));
        expect(backend.get('key 19999')).toBe('value 19999');
      });
    });

    describe('keys', () => {
      it('ascend by UTF-16 code unit', async () => {
        await commit(ODD_STRINGS.map((key) => [key, 'x']));
        expect(allKeys()).toEqual(inKeyOrder(ODD_STRINGS));
      });

      it('go from start (inclusive) to end (exclusive)', async () => {
        await commit(['a', 'b', 'c', 'd'].map((key) => [key, 'x']));
        const keys = (start: string, end: string): string[] => [...backend.keys(start, end)];
        expect(keys('b', 'd')).toEqual(['b', 'c']);
        expect(keys('b\0', 'd\0')).toEqual(['c', 'd']);
        expect(keys('', 'b')).toEqual(['a']);
        expect(keys('c', 'c')).toEqual([]);
        expect(keys('d', 'a')).toEqual([]);
        expect(keys('x', KEYS_END)).toEqual([]);
      });

      it('can be left half-way, and a commit meanwhile loses only what it touches', async () => {
        const rows = Array.from({ length: 1_000 }, (_, i) => `k${String(i).padStart(4, '0')}`);
        await commit(rows.map((key) => [key, 'x']));
        const iteration = backend.keys('', KEYS_END);
        const seen = [iteration.next().value, iteration.next().value];
        await commit([
          ['k0500', null],
          ['k0700x', 'new'],
        ]);
        seen.push(...iteration);
        const untouched = (key: unknown): boolean => key !== 'k0500' && key !== 'k0700x';
        expect(seen.filter(untouched)).toEqual(rows.filter(untouched));
      });
    });

    describe('commit', () => {
      it('refuses an epoch that was not given out, and keeps nothing', async () => {
        const group = { ...groupOf(backend, [['a', '1']]), epoch: backend.epoch - 1 };
        await expect(backend.commit(group)).rejects.toMatchObject({ code: 'STORE_EPOCH_LOST' });
        expect([backend.has('a'), backend.committed]).toEqual([false, 0]);
      });

      it('refuses a sequence that is not the next, and keeps nothing', async () => {
        for (const sequence of [0, 2]) {
          const group = { ...groupOf(backend, [['a', '1']]), sequence };
          await expect(backend.commit(group)).rejects.toMatchObject({ code: 'STORE_FAILED' });
        }
        expect([backend.has('a'), backend.committed]).toEqual([false, 0]);
      });

      it('goes on after a group that was refused', async () => {
        const group = { ...groupOf(backend, [['a', '1']]), sequence: 7 };
        await expect(backend.commit(group)).rejects.toMatchObject({ code: 'STORE_FAILED' });
        await commit([['a', '2']]);
        expect([backend.get('a'), backend.committed]).toEqual(['2', 1]);
      });

      it('refuses a second group while one is under way', async () => {
        const first = commit([['a', '1']]);
        await expect(commit([['b', '2']])).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
        await first;
        expect(allKeys()).toEqual(['a']);
      });
    });

    viewCompliance(() => backend);

    describe('close', () => {
      it('may be called twice, and ends everything', async () => {
        await backend.close();
        await backend.close();
        const closed = expect.objectContaining({ code: 'CLOSED' }) as Error;
        expect(() => backend.get('a')).toThrow(closed);
        expect(() => backend.has('a')).toThrow(closed);
        expect(() => [...backend.keys('', KEYS_END)]).toThrow(closed);
        await expect(commit([['a', '1']])).rejects.toMatchObject({ code: 'CLOSED' });
        expect(() => backend.view()).toThrow(closed);
        const { blobs } = backend;
        await expect(blobs.put(new Uint8Array(1))).rejects.toMatchObject({ code: 'CLOSED' });
        await expect(blobs.delete('x')).rejects.toMatchObject({ code: 'CLOSED' });
        expect(() => blobs.has('x')).toThrow(closed);
        expect(() => blobs.get('x')).toThrow(closed);
        expect(() => [...blobs.list()]).toThrow(closed);
      });

      it.runIf(supports.durability)('waits for a commit under way', async () => {
        const committed = commit([['a', '1']]);
        await backend.close();
        await committed;
        backend = await fixture.open();
        expect([backend.get('a'), backend.committed]).toEqual(['1', 1]);
      });
    });

    describe('open', () => {
      it.runIf(supports.durability)('finds what was committed, under a greater epoch', async () => {
        await commit(ODD_STRINGS.map((key) => [key, `${key}!`]));
        const { epoch } = backend;
        await backend.close();
        backend = await fixture.open();
        expect(backend.epoch).toBeGreaterThan(epoch);
        expect(backend.committed).toBe(1);
        expect(allKeys()).toEqual(inKeyOrder(ODD_STRINGS));
        for (const key of ODD_STRINGS) expect(backend.get(key)).toBe(`${key}!`);
        await commit([['after', '2']]);
        expect(backend.committed).toBe(2);
      });

      it.runIf(supports.exclusiveLock)('is refused while the store is open', async () => {
        await expect(fixture.open()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
        await commit([['a', '1']]);
        await backend.close();
        backend = await fixture.open();
        expect(backend.get('a')).toBe('1');
      });

      it.runIf(supports.takeover)('takes the store away from the handle before', async () => {
        const next = await fixture.open();
        await expect(commit([['a', '1']])).rejects.toMatchObject({ code: 'STORE_EPOCH_LOST' });
        await next.commit(groupOf(next, [['b', '2']]));
        expect([next.has('a'), next.get('b')]).toEqual([false, '2']);
        await next.close();
      });
    });

    blobCompliance(
      () => backend.blobs,
      async () => {
        await backend.close();
        backend = await fixture.open();
      },
      supports.durability,
    );
  });
};
