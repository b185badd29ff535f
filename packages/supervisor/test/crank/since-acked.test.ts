import { describe, expect, it } from 'vitest';
import { makeSinceAcked } from '../../src/crank/since-acked.js';

describe('what was noted since a record was acknowledged', () => {
  it('is forgotten when a retired record covers it', () => {
    const table = makeSinceAcked();
    table.add('a', 1);
    table.add('b', 2);
    const forgotten: string[] = [];
    table.advance(1, (key) => forgotten.push(key));
    expect(forgotten).toEqual(['a']);
    expect([table.has('a'), table.has('b')]).toEqual([false, true]);
  });

  it('counts from the last time that it was noted', () => {
    const table = makeSinceAcked();
    table.add('a', 1);
    table.add('a', 3);
    table.advance(2);
    expect(table.has('a')).toBe(true);
    table.advance(3);
    expect(table.has('a')).toBe(false);
  });

  it('can be forgotten and noted again in one crank', () => {
    const table = makeSinceAcked();
    table.add('a', 1);
    table.forget('a');
    expect(table.has('a')).toBe(false);
    table.add('a', 1);
    const forgotten: string[] = [];
    table.advance(1, (key) => forgotten.push(key));
    expect(forgotten).toEqual(['a']);
    expect(table.size).toBe(0);
  });
});
