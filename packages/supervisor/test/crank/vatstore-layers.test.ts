import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KNOWN_CHARACTERS,
  makeVatstoreLayers,
  type MergingReader,
} from '../../src/crank/vatstore-layers.js';

const reader = (rows: ReadonlyMap<string, string>) => ({
  get: (key: string) => rows.get(key),
  getNextKey: (prior: string) => [...rows.keys()].sort().find((key) => key > prior),
});

/** Does the merging itself. */
const mergingReader = (rows: ReadonlyMap<string, string>): MergingReader => ({
  ...reader(rows),
  nextKey: (prior, own, gone) => {
    const stored = [...rows.keys()].sort().find((key) => key > prior && !gone.includes(key));
    return stored === undefined || (own !== undefined && own < stored) ? own : stored;
  },
});

const key: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', '\u{1F600}', '\uFF5E');
const step = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), key, value: fc.string({ maxLength: 3 }) }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('get' as const), key }),
  fc.record({ kind: fc.constant('next' as const), key: fc.oneof(key, fc.constant('')) }),
  // The crank ends.
  fc.record({ kind: fc.constant('end' as const) }),
  // The kernel retires so many of the cranks that are not retired, and the vat learns of some of those.
  fc.record({ kind: fc.constant('retire' as const), count: fc.nat(4), told: fc.nat(4) }),
);

describe('the layers of a vatstore', () => {
  it.each(['all rows at once', 'row by row', 'by a store that merges'])(
    'show what was written last, whatever is retired and known of (%s)',
    (how) => {
      const initial = fc.array(fc.tuple(key, fc.string({ maxLength: 3 })));
      fc.assert(
        fc.property(initial, fc.array(step, { maxLength: 60 }), (rows, steps) => {
          const store = new Map(rows);
          const model = new Map(rows);
          const layers = makeVatstoreLayers(
            how === 'by a store that merges' ? mergingReader(store) : reader(store),
            how === 'all rows at once' ? [...store] : undefined,
          );
          let n = 1;
          let retired = 0;
          let acked = 0;
          /** What each crank wrote, applied to the store when it is retired. */
          const cranks = new Map<number, [string, string | undefined][]>([[1, []]]);
          const write = (written: string, value: string | undefined): void => {
            cranks.get(n)?.push([written, value]);
            if (value === undefined) model.delete(written);
            else model.set(written, value);
          };
          for (const each of steps) {
            if (each.kind === 'set') {
              layers.set(each.key, each.value, n);
              write(each.key, each.value);
            } else if (each.kind === 'delete') {
              layers.delete(each.key, n);
              write(each.key, undefined);
            } else if (each.kind === 'get') {
              expect(layers.get(each.key)).toBe(model.get(each.key));
            } else if (each.kind === 'next') {
              expect(layers.getNextKey(each.key)).toBe(reader(model).getNextKey(each.key));
            } else if (each.kind === 'end') {
              n += 1;
              cranks.set(n, []);
            } else {
              const upTo = Math.min(n - 1, retired + each.count);
              for (; retired < upTo; retired += 1) {
                for (const [written, value] of cranks.get(retired + 1) ?? []) {
                  if (value === undefined) store.delete(written);
                  else store.set(written, value);
                }
              }
              acked = Math.min(retired, acked + each.told);
              layers.advance(acked);
            }
          }
        }),
        { numRuns: 500 },
      );
    },
  );

  it('ask the store when they know too much to keep', () => {
    const store = new Map<string, string>();
    const layers = makeVatstoreLayers(reader(store), []);
    const big = 'x'.repeat(KNOWN_CHARACTERS / 2);
    for (const each of ['a', 'b', 'c']) {
      layers.set(each, big, 1);
      store.set(each, big);
    }
    layers.advance(1);
    store.set('d', 'only in the store');
    expect(layers.get('d')).toBe('only in the store');
    expect(layers.get('b')).toBe(big);
    expect(layers.getNextKey('c')).toBe('d');
  });
});
