import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSortedKeys } from '../../src/crank/sorted-keys.js';

describe('sorted keys', () => {
  it('are in the order of code units, whatever comes and goes', () => {
    const key = fc.oneof(
      fc.constantFrom('', 'a', 'b', '\u{1F600}', '\uFF5E', 'a\u0000'),
      fc.string(),
    );
    const change = fc.tuple(fc.boolean(), key);
    fc.assert(
      fc.property(fc.array(change), key, (changes, prior) => {
        const model = new Set<string>();
        const keys = makeSortedKeys();
        for (const [adds, each] of changes) {
          if (adds) model.add(each);
          else model.delete(each);
          if (adds) keys.add(each);
          else keys.delete(each);
        }
        // Array sorting without a comparison is by code unit.
        const [expected] = [...model].sort().filter((each) => each > prior);
        expect(keys.after(prior)).toBe(expected);
      }),
    );
  });

  it('can be searched for one that is acceptable', () => {
    const keys = makeSortedKeys(['c', 'a', 'b', 'a']);
    expect(keys.after('a', (key) => key !== 'b')).toBe('c');
    expect(keys.after('a', () => false)).toBe(undefined);
  });
});
