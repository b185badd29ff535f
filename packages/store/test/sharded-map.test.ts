import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shardOf, ShardedMap } from '../src/sharded-map.js';

const keys = fc.constantFrom('', 'a', '\ud800', 'v1.vs.key1', 'v1.vs.key2', 'v1.vs.key10');

it('is a Map, whatever is done to it, before and after it is many', () => {
  const acts = fc.array(fc.tuple(fc.constantFrom('set', 'delete', 'fill'), keys, fc.nat()), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(acts, (todo) => {
      const [map, model] = [new ShardedMap<number>(), new Map<string, number>()];
      for (const [act, key, value] of todo) {
        if (act === 'delete') expect(map.delete(key)).toBe(model.delete(key));
        const rows = act === 'fill' ? 17_000 : act === 'set' ? 1 : 0;
        for (let i = 0; i < rows; i += 1) {
          const each = i === 0 ? key : `filled ${i}`;
          map.set(each, value);
          model.set(each, value);
        }
        expect([map.size, map.get(key), map.has(key)]).toEqual([
          model.size,
          model.get(key),
          model.has(key),
        ]);
      }
      const sorted = (entries: Iterable<readonly [string, number]>) => [...entries].sort();
      expect(sorted(map)).toEqual(sorted(model));
      expect([...map.keys()].sort()).toEqual([...model.keys()].sort());
      expect([...map.values()].sort()).toEqual([...model.values()].sort());
      map.clear();
      expect([map.size, [...map]]).toEqual([0, []]);
    }),
    { numRuns: 8 },
  );
});

it.each([
  ['rows of a vatstore', (i: number) => `v1.vs.key${i}`],
  ['c-list entries', (i: number) => `v12.k.ko${i}`],
  ['transcript entries', (i: number) => `v3.t.${String(i).padStart(8, '0')}`],
  ['virtual objects', (i: number) => `v1.vs.vom.o+d10/${i}`],
])('spreads %s, so that no part is large', (_, keyOf) => {
  const sizes = new Map<number, number>();
  const count = 100_000;
  for (let i = 0; i < count; i += 1) {
    const shard = shardOf(keyOf(i));
    sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
  }
  // One map of them all would copy all of them at once.
  expect(Math.max(...sizes.values())).toBeLessThan(count / 12);
});
