import { describe, expect, it } from 'vitest';
import { readRows } from '../src/read-rows.js';

const reader = (rows: Map<string, string>) => ({
  get: (key: string) => rows.get(key),
  getNextKey: (prior: string) => [...rows.keys()].sort().find((key) => key > prior),
});

describe('the rows that a thread is given at the start', () => {
  it('are all there are, where they are few', () => {
    expect(readRows(reader(new Map()))).toEqual([]);
    expect(
      readRows(
        reader(
          new Map([
            ['b', '2'],
            ['a', ''],
          ]),
        ),
      ),
    ).toEqual(['a', '', 'b', '2']);
  });

  it('are none, where they are many or large', () => {
    const many = new Map(Array.from({ length: 501 }, (_, i) => [`k${i}`, 'v']));
    expect(readRows(reader(many))).toBe(undefined);
    expect(readRows(reader(new Map([['k', 'v'.repeat(200_001)]])))).toBe(undefined);
  });
});
