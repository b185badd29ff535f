import { KEYS_END, type KernelStore } from '@cooperage/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KernelStoreFixture, KernelStoreSuite } from './fixture.js';

const code = (value: string): Error => expect.objectContaining({ code: value }) as Error;

/** The part of {@link kernelStoreCompliance} that is about cranks which are done in slices. */
export const kernelStoreSlices = (suite: KernelStoreSuite): void => {
  describe('a crank that is set aside', () => {
    let fixture: KernelStoreFixture;
    let store: KernelStore;

    beforeEach(async () => {
      fixture = await suite.setup();
      ({ store } = fixture);
    });
    afterEach(async () => {
      await suite.teardown?.(fixture);
    });

    const crank = (work: (tables: KernelStore['tables']) => void): void => {
      store.tables.beginCrank();
      work(store.tables);
      store.tables.acceptCrank();
    };
    const rows = (): [string, string | undefined][] =>
      [...store.tables.keys('', KEYS_END)].map((key) => [key, store.tables.get(key)]);

    it('shows nothing, and has all of it when it goes on', () => {
      const { tables } = store;
      crank(() => tables.set('a', '1'));
      tables.beginCrank();
      tables.set('b', '2');
      tables.delete('a');
      tables.suspendCrank();
      expect(rows()).toEqual([['a', '1']]);
      expect([tables.has('a'), tables.has('b')]).toEqual([true, false]);
      tables.resumeCrank();
      expect(rows()).toEqual([['b', '2']]);
      tables.acceptCrank();
      expect(rows()).toEqual([['b', '2']]);
    });

    it('lets others write other rows, and groups land, meanwhile', async () => {
      const { tables } = store;
      crank(() => tables.set('a', '1'));
      tables.beginCrank();
      tables.delete('a');
      tables.set('c', '3');
      tables.suspendCrank();
      crank(() => tables.set('b', '2'));
      await store.flush();
      expect(rows()).toEqual([
        ['a', '1'],
        ['b', '2'],
      ]);
      tables.resumeCrank();
      tables.acceptCrank();
      await store.flush();
      expect(rows()).toEqual([
        ['b', '2'],
        ['c', '3'],
      ]);
    });

    it('leaves nothing when it is aborted', async () => {
      const { tables } = store;
      tables.beginCrank();
      tables.set('a', '1');
      tables.suspendCrank();
      tables.resumeCrank();
      tables.abortCrank();
      await store.flush();
      expect(rows()).toEqual([]);
    });

    it('is one at a time', () => {
      const { tables } = store;
      expect(() => tables.suspendCrank()).toThrow(code('KERNEL_PANIC'));
      expect(() => tables.resumeCrank()).toThrow(code('KERNEL_PANIC'));
      tables.beginCrank();
      tables.suspendCrank();
      expect(() => tables.set('a', '1')).toThrow(code('KERNEL_PANIC'));
      tables.beginCrank();
      expect(() => tables.resumeCrank()).toThrow(code('KERNEL_PANIC'));
      tables.abortCrank();
      tables.resumeCrank();
      tables.abortCrank();
    });

    it.each([3, 1_000, 1_000_000])('is made ready %i rows at a time', async (count) => {
      const { tables } = store;
      const key = (i: number): string => `key ${String(i).padStart(5, '0')}`;
      crank(() => {
        for (let i = 0; i < 2_000; i += 2) tables.set(key(i), 'old');
      });
      await store.flush();
      crank(() => {
        for (let i = 0; i < 100; i += 1) tables.set(key(i), 'older');
        tables.set('other', 'row');
      });
      tables.beginCrank();
      for (let i = 0; i < 3_000; i += 1) {
        if (i % 3 === 0) tables.set(key(i), 'new');
        else tables.delete(key(i));
      }
      while (tables.readyCrank(count)) {
        // A group that is written meanwhile makes no difference.
        if (count === 1_000) await store.flush();
      }
      tables.acceptCrank();
      const expected = Array.from({ length: 1_000 }, (_, i) => [key(3 * i), 'new']);
      expect(rows()).toEqual([...expected, ['other', 'row']]);
      await store.flush();
      expect(rows()).toEqual([...expected, ['other', 'row']]);
    });
  });
};
