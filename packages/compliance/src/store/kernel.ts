import {
  insistOptions,
  type BundleID,
  type DeliveryNumber,
  KEYS_END,
  type KernelStore,
  LIMITS,
  type VatID,
} from '@cooperage/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KERNEL_STORE_SUITE, type KernelStoreFixture, type KernelStoreSuite } from './fixture.js';
import { kernelStoreModel } from './kernel-model.js';
import { kernelStoreSlices } from './kernel-slices.js';

const V1 = 'v1' as VatID;
const V12 = 'v12' as VatID;
const nth = (n: number): DeliveryNumber => n as DeliveryNumber;
const code = (value: string): Error => expect.objectContaining({ code: value }) as Error;

/**
 * The behaviour of a {@link KernelStore}, as tests, over whatever backend the
 * fixture puts below it.
 */
export const kernelStoreCompliance = (suite: KernelStoreSuite): void => {
  insistOptions('kernelStoreCompliance', suite, KERNEL_STORE_SUITE);
  describe('a kernel store', () => {
    let fixture: KernelStoreFixture;
    let store: KernelStore;

    beforeEach(async () => {
      fixture = await suite.setup();
      ({ store } = fixture);
    });
    afterEach(() => suite.teardown?.(fixture));

    const crank = (work: (tables: KernelStore['tables']) => void): void => {
      store.tables.beginCrank();
      work(store.tables);
      store.tables.acceptCrank();
    };
    const keys = (start = '', end = KEYS_END): string[] => [...store.tables.keys(start, end)];

    describe('a crank', () => {
      it('sees its own writes, and leaves them when it is accepted', () => {
        crank((tables) => {
          tables.set('a', '1');
          tables.set('b', '2');
          tables.delete('b');
          expect([tables.get('a'), tables.has('a')]).toEqual(['1', true]);
          expect([tables.get('b'), tables.has('b')]).toEqual([undefined, false]);
          expect(keys()).toEqual(['a']);
        });
        expect([store.tables.get('a'), store.tables.has('b')]).toEqual(['1', false]);
      });

      it('leaves nothing when it is aborted', async () => {
        crank((tables) => tables.set('a', '1'));
        await store.flush();
        crank((tables) => tables.set('b', '2'));
        store.tables.beginCrank();
        for (const key of ['a', 'b', 'c']) store.tables.set(key, 'x');
        store.tables.delete('a');
        store.tables.abortCrank();
        expect(keys().map((key) => store.tables.get(key))).toEqual(['1', '2']);
      });

      it('is where writes happen, and nowhere else', () => {
        const { tables } = store;
        expect(() => tables.set('a', '1')).toThrow(code('KERNEL_PANIC'));
        expect(() => tables.delete('a')).toThrow(code('KERNEL_PANIC'));
        expect(() => tables.acceptCrank()).toThrow(code('KERNEL_PANIC'));
        expect(() => tables.abortCrank()).toThrow(code('KERNEL_PANIC'));
        tables.beginCrank();
        expect(() => tables.beginCrank()).toThrow(code('KERNEL_PANIC'));
        tables.abortCrank();
        expect(keys()).toEqual([]);
      });

      it('takes keys up to the limit', () => {
        crank((tables) => {
          const longest = '\ud800'.repeat(LIMITS.tableKeyLength);
          tables.set(longest, '');
          expect(() => tables.set(`${longest}x`, '')).toThrow(code('BAD_ARGUMENT'));
          expect(keys()).toEqual([longest]);
        });
      });
    });

    describe('keys', () => {
      it('are those of all layers, in order', async () => {
        crank((tables) => ['a', 'c', 'e', 'g'].forEach((key) => tables.set(key, 'backend')));
        await store.flush();
        crank((tables) => {
          tables.set('b', 'in flight');
          tables.delete('c');
        });
        const flushed = store.flush();
        crank((tables) => {
          tables.set('c', 'filling again');
          tables.set('d', 'filling');
          tables.delete('e');
        });
        crank((tables) => {
          tables.set('f', 'crank');
          tables.delete('a');
          tables.delete('b');
          expect(keys()).toEqual(['c', 'd', 'f', 'g']);
          expect(keys('d', 'g')).toEqual(['d', 'f']);
        });
        await flushed;
        expect(keys()).toEqual(['c', 'd', 'f', 'g']);
      });

      it('go on through writes, accepts and flushes; only what is written on the way is uncertain', async () => {
        const all = Array.from({ length: 600 }, (_, i) => `k${String(i).padStart(3, '0')}`);
        crank((tables) => all.slice(0, 200).forEach((key) => tables.set(key, '')));
        await store.flush();
        crank((tables) => all.slice(200, 400).forEach((key) => tables.set(key, '')));
        store.tables.beginCrank();
        all.slice(400).forEach((key) => store.tables.set(key, ''));

        const seen: string[] = [];
        for (const key of store.tables.keys('', KEYS_END)) {
          seen.push(key);
          if (seen.length === 10) store.tables.set('a behind', '');
          if (seen.length === 20) store.tables.acceptCrank();
          if (seen.length === 30) {
            const flushed = store.flush();
            crank((tables) => tables.set('z ahead', ''));
            await flushed;
          }
          if (seen.length === 40) await store.flush();
        }
        expect(seen.filter((key) => key.startsWith('k'))).toEqual(all);
      });

      it('may be deleted as they come', async () => {
        const all = Array.from({ length: 1_000 }, (_, i) => `k${i}`);
        crank((tables) => all.forEach((key) => tables.set(key, '')));
        await store.flush();
        crank((tables) => {
          for (const key of tables.keys('', KEYS_END)) tables.delete(key);
          expect(keys()).toEqual([]);
        });
        expect(keys()).toEqual([]);
      });
    });

    describe('groups', () => {
      it('are numbered, and durable when the flush resolves', async () => {
        expect([store.filling, store.durable, store.pendingWrites]).toEqual([1, 0, 0]);
        crank((tables) => tables.set('a', '1'));
        expect([store.filling, store.durable, store.pendingWrites]).toEqual([1, 0, 1]);
        const flushed = store.flush();
        expect([store.filling, store.durable, store.pendingWrites]).toEqual([2, 0, 0]);
        crank((tables) => tables.set('b', '2'));
        const both = store.flush();
        await flushed;
        expect(store.durable).toBeGreaterThanOrEqual(1);
        await both;
        expect([store.filling, store.durable, store.pendingWrites]).toEqual([3, 2, 0]);
      });

      it('take what is accepted while one is under way, in one piece', async () => {
        crank((tables) => tables.set('k0', ''));
        const flushes = [store.flush()];
        for (let i = 1; i <= 20; i += 1) {
          crank((tables) => tables.set(`k${i}`, ''));
          flushes.push(store.flush());
        }
        await Promise.all(flushes);
        expect(store.durable).toBe(2);
        store = await fixture.crash();
        expect(keys()).toHaveLength(21);
      });

      it('become durable even where their cranks wrote nothing', async () => {
        crank(() => {});
        const watermark = store.filling;
        await store.flush();
        expect(store.durable).toBe(watermark);
      });

      it('are not made of nothing', async () => {
        await store.flush();
        store.tables.beginCrank();
        store.tables.set('a', '1');
        store.tables.abortCrank();
        await store.flush();
        expect([store.filling, store.durable]).toEqual([1, 0]);
      });

      it('leave a crank alone that is under way', async () => {
        crank((tables) => tables.set('a', '1'));
        store.tables.beginCrank();
        store.tables.set('b', '2');
        await store.flush();
        expect(keys()).toEqual(['a', 'b']);
        store = await fixture.crash();
        expect(keys()).toEqual(['a']);
      });

      it('survive a crash when durable, and not otherwise', async () => {
        crank((tables) => tables.set('a', '1'));
        await store.flush();
        crank((tables) => tables.set('b', '2'));
        store = await fixture.crash();
        expect([store.filling, store.durable]).toEqual([2, 1]);
        expect(keys()).toEqual(['a']);
      });
    });

    describe('close', () => {
      it('flushes, may be called twice, and ends everything', async () => {
        crank((tables) => tables.set('a', '1'));
        store.tables.beginCrank();
        store.tables.set('b', '2');
        await store.close();
        await store.close();
        expect(() => store.tables.get('a')).toThrow(code('CLOSED'));
        expect(() => keys()).toThrow(code('CLOSED'));
        await expect(store.flush()).rejects.toMatchObject({ code: 'CLOSED' });
        await expect(store.bundles.put('x')).rejects.toMatchObject({ code: 'CLOSED' });
        store.tables.beginCrank();
        expect(() => store.tables.acceptCrank()).toThrow(code('CLOSED'));
        store = await fixture.reopen();
        expect(keys()).toEqual(['a']);
      });
    });

    describe('transcripts', () => {
      it('keep entries in order, each vat its own', async () => {
        crank(() => {
          for (let n = 1; n <= 12; n += 1) store.transcripts.append(V1, nth(n), `one ${n}`);
          store.transcripts.append(V12, nth(1), 'twelve 1');
        });
        await store.flush();
        crank(() => store.transcripts.append(V1, nth(13), 'one 13'));
        expect(store.transcripts.newest(V1)).toBe(13);
        expect([...store.transcripts.read(V1, 9, 11)]).toEqual(['one 9', 'one 10', 'one 11']);
        expect([...store.transcripts.read(V1, 12, Infinity)]).toEqual(['one 12', 'one 13']);
        expect([...store.transcripts.read(V1, 14, 20)]).toEqual([]);
        expect([...store.transcripts.read(V12, 0, 5)]).toEqual(['twelve 1']);
        expect(store.transcripts.newest('v2' as VatID)).toBe(0);
      });

      it('are part of the crank', () => {
        store.tables.beginCrank();
        store.transcripts.append(V1, nth(1), 'x');
        store.tables.abortCrank();
        expect(store.transcripts.newest(V1)).toBe(0);
        expect([...store.transcripts.read(V1, 1, 1)]).toEqual([]);
      });

      it('may begin anywhere, and have no gaps from there on', () => {
        crank(() => store.transcripts.append(V1, nth(7), 'seven'));
        expect([...store.transcripts.read(V1, 1, 9)]).toEqual(['seven']);
        store.tables.beginCrank();
        for (const n of [7, 9, 1]) {
          expect(() => store.transcripts.append(V1, nth(n), 'x')).toThrow(code('KERNEL_PANIC'));
        }
        store.tables.abortCrank();
      });

      it('go away whole, and no other with them', () => {
        crank(() => {
          store.transcripts.append(V1, nth(1), 'x');
          store.transcripts.append(V12, nth(1), 'twelve 1');
        });
        crank(() => store.transcripts.deleteAll(V1));
        expect(store.transcripts.newest(V1)).toBe(0);
        expect([...store.transcripts.read(V1, 1, 9)]).toEqual([]);
        expect([...store.transcripts.read(V12, 1, 9)]).toEqual(['twelve 1']);
        crank(() => store.transcripts.deleteAll(V12));
        expect(keys()).toEqual([]);
      });
    });

    describe('snapshots', () => {
      it('need their image among the blobs', () => {
        const row = { n: nth(1), hash: '0'.repeat(128), engine: 'quickjs' };
        store.tables.beginCrank();
        expect(() => store.snapshots.record(V1, row)).toThrow(code('BAD_ARGUMENT'));
        store.tables.abortCrank();
      });

      it('are listed by age, each vat its own', async () => {
        // A bundle is a blob like any other, and will do for an image.
        const hash = (await store.bundles.put('an image')).slice('b1-'.length);
        const rows = [9, 10, 200].map((n) => ({ n: nth(n), hash, engine: 'quickjs' }));
        crank(() => {
          for (const row of rows) store.snapshots.record(V1, row);
          store.snapshots.record(V12, { n: nth(3), hash, engine: 'other' });
        });
        expect([...store.snapshots.list(V1)]).toEqual(rows);
        expect(store.snapshots.newest(V1)).toEqual(rows[2]);
        expect(store.snapshots.newest('v2' as VatID)).toBeUndefined();
        crank(() => store.snapshots.deleteAll(V1));
        expect([...store.snapshots.list(V1)]).toEqual([]);
        expect(store.snapshots.newest(V12)?.engine).toBe('other');
      });
    });

    describe('bundles', () => {
      it('are named by their text, and durable when put', async () => {
        const texts = ['', '{"moduleFormat":"…"}', '\ufeffwith a mark', 'x'.repeat(1_000_000)];
        const ids = await Promise.all(texts.map((text) => store.bundles.put(text)));
        expect(ids[0]).toMatch(/^b1-cf83e1357eefb8bd/);
        store = await fixture.crash();
        for (const [i, id] of ids.entries()) {
          expect(store.bundles.has(id)).toBe(true);
          expect(store.bundles.get(id) === texts[i]).toBe(true);
        }
      });

      it('that are not there are reported', () => {
        const id = `b1-${'0'.repeat(128)}` as BundleID;
        expect(store.bundles.has(id)).toBe(false);
        expect(() => store.bundles.get(id)).toThrow(code('BUNDLE_NOT_FOUND'));
      });

      it('must survive being written down', async () => {
        await expect(store.bundles.put('\ud800')).rejects.toMatchObject({ code: 'BAD_BUNDLE' });
      });
    });
  });

  kernelStoreModel(suite);
  kernelStoreSlices(suite);
};
