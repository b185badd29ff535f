import { KEYS_END, type StoreBackend } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { groupOf } from './fixture.js';

export const viewCompliance = (getBackend: () => StoreBackend): void => {
  describe('view', () => {
    it('stays as it was, whatever is committed meanwhile', async () => {
      const backend = getBackend();
      const commit = (writes: Iterable<readonly [string, string | null]>): Promise<void> =>
        backend.commit(groupOf(backend, writes));
      const hash = await backend.blobs.put(new Uint8Array([1, 2, 3]));
      await commit([
        ['a', '1'],
        ['b', '2'],
      ]);
      const view = backend.view();
      await commit([
        ['a', 'other'],
        ['b', null],
        ['c', '3'],
      ]);
      const later = backend.view();
      const dump = (rows: typeof view): [string, string | undefined, boolean][] =>
        [...rows.keys('', KEYS_END)].map((key) => [key, rows.get(key), rows.has(key)]);
      expect([view.committed, dump(view), view.has('c')]).toEqual([
        1,
        [
          ['a', '1', true],
          ['b', '2', true],
        ],
        false,
      ]);
      expect([later.committed, dump(later)]).toEqual([
        2,
        [
          ['a', 'other', true],
          ['c', '3', true],
        ],
      ]);
      expect([...view.blobs.list()]).toEqual([hash]);
      expect([...(view.blobs.get(hash) ?? [])]).toEqual([1, 2, 3]);
      await view.release();
      await view.release();
      const released = expect.objectContaining({ code: 'CLOSED' }) as Error;
      expect(() => view.get('a')).toThrow(released);
      expect(() => view.has('a')).toThrow(released);
      expect(() => [...view.keys('', KEYS_END)]).toThrow(released);
      await later.release();
      expect(backend.get('a')).toBe('other');
    });
  });
};
