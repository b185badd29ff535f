import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Layer } from '../src/layer.js';

describe('a layer', () => {
  it('has its keys in order after any writes and removals, however large it is', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 9_999 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const layer = new Layer<number>();
        // Enough keys for several runs.
        for (let i = 0; i < 3_000; i += 1) layer.set(`k${(i * 7_919) % 10_000}`, i);
        const sorted = (): string[] => [...layer.rows.keys()].sort();
        for (const [what, n] of steps) {
          if (what < 3) layer.set(`k${n}`, n);
          else if (what < 5) layer.remove(`k${n}`);
          else if (what === 5) [...layer.keys(`k${n}`, 'l')].length.toString();
          else for (let i = 0; i < 40; i += 1) layer.set(`k${n}.${i}`, i);
        }
        expect([...layer.keys('', 'z')]).toEqual(sorted());
        layer.clear();
        expect([...layer.keys('', 'z')]).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('shows an iteration what is added ahead of it, once', () => {
    const layer = new Layer<number>();
    for (const key of ['b', 'd']) layer.set(key, 0);
    const seen: string[] = [];
    for (const key of layer.keys('', 'z')) {
      seen.push(key);
      layer.set('a', 0);
      layer.set('c', 0);
      layer.remove('b');
    }
    expect(seen).toEqual(['b', 'c', 'd']);
  });
});
