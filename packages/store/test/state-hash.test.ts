import { describe, expect, it } from 'vitest';
import { hashTables, makeKernelStore, makeMemoryBackend } from '../src/index.js';

const storeOf = (rows: Record<string, string>) => {
  const backend = makeMemoryBackend();
  const store = makeKernelStore(backend);
  store.tables.beginCrank();
  for (const [key, value] of Object.entries(rows)) store.tables.set(key, value);
  store.tables.acceptCrank();
  return { backend, store };
};
const hashOf = (rows: Record<string, string>, exclude?: string[]): string =>
  hashTables(storeOf(rows).store.tables, exclude);

describe('the hash of tables', () => {
  it('is that of their rows, whatever order they came in and whatever layer they are in', async () => {
    expect(hashOf({ a: '1', b: '2' })).toBe(hashOf({ b: '2', a: '1' }));
    const { backend, store } = storeOf({ a: '1', b: '2' });
    const before = hashTables(store.tables);
    await store.flush();
    expect(hashTables(store.tables)).toBe(before);
    expect(hashTables(backend)).toBe(before);
  });

  it('differs where any row does', () => {
    const different = [
      {},
      { a: '' },
      { a: '1' },
      { a: '1', b: '' },
      { a1: '' },
      { '': 'a1' },
      { a: '\ud800' },
      { a: '\ufffd' },
      { a: '1:0:b' },
    ];
    expect(new Set(different.map((rows) => hashOf(rows as Record<string, string>))).size).toBe(
      different.length,
    );
  });

  it('leaves out what begins as told', () => {
    expect(hashOf({ a: '1', 'stats.x': '5', 'local.y': '6' }, ['stats.', 'local.'])).toBe(
      hashOf({ a: '1' }),
    );
  });
});
