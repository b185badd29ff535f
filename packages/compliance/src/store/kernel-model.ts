import { KEYS_END, type KernelStore } from '@cooperage/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelStoreSuite } from './fixture.js';
import { inKeyOrder, ODD_STRINGS } from './strings.js';

type Rows = Map<string, string>;

type Step =
  | { readonly do: 'set'; readonly key: string; readonly value: string }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'range'; readonly start: string; readonly end: string }
  | { readonly do: 'begin' | 'accept' | 'abort' | 'flush' | 'wait' | 'crash' };

/** Few keys, so that cranks and groups meet on them. */
const KEYS = [...ODD_STRINGS, ...Array.from({ length: 40 }, (_, i) => `v${i % 3}.k${i}`)];

const key = fc.constantFrom(...KEYS);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key,
      value: fc.string({ unit: 'binary' }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('range' as const), start: key, end: key }) },
  { weight: 3, arbitrary: fc.constant({ do: 'begin' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'accept' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'abort' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'wait' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
);

/** The state that everything that was accepted adds up to, after each group. */
interface Model {
  /** With the crank under way. */
  current: Rows;
  accepted: Rows;
  /** By sequence: the state when that group was closed. */
  readonly closed: Map<number, Rows>;
  inCrank: boolean;
}

const rangeOf = (rows: Rows, start: string, end: string): string[] =>
  inKeyOrder(rows.keys()).filter((k) => k >= start && k < end);

const expectEqual = (store: KernelStore, rows: Rows): void => {
  const all = [...store.tables.keys('', KEYS_END)];
  expect(all).toEqual(inKeyOrder(rows.keys()));
  for (const k of KEYS) {
    expect(store.tables.get(k)).toBe(rows.get(k));
    expect(store.tables.has(k)).toBe(rows.has(k));
  }
};

/** A random walk through a store and a plain Map side by side. */
export const kernelStoreModel = (suite: KernelStoreSuite): void => {
  describe('a kernel store and a Map', () => {
    it(
      'agree through random cranks, aborts, flushes and crashes',
      { timeout: 600_000 },
      async () => {
        const walk = async (steps: readonly Step[]): Promise<void> => {
          const fixture = await suite.setup();
          let { store } = fixture;
          const model: Model = {
            current: new Map(),
            accepted: new Map(),
            closed: new Map<number, Rows>([[0, new Map()]]),
            inCrank: false,
          };
          let flushed: Promise<void> = Promise.resolve();

          const take = async (next: Step): Promise<void> => {
            const { tables } = store;
            switch (next.do) {
              case 'set':
                if (!model.inCrank) return;
                tables.set(next.key, next.value);
                model.current.set(next.key, next.value);
                return;
              case 'delete':
                if (!model.inCrank) return;
                tables.delete(next.key);
                model.current.delete(next.key);
                return;
              case 'range':
                expect([...tables.keys(next.start, next.end)]).toEqual(
                  rangeOf(model.current, next.start, next.end),
                );
                return;
              case 'begin':
                if (model.inCrank) return;
                tables.beginCrank();
                model.inCrank = true;
                return;
              case 'accept':
                if (!model.inCrank) return;
                tables.acceptCrank();
                model.inCrank = false;
                model.accepted = new Map(model.current);
                // What is accepted now becomes durable with this group.
                model.closed.set(store.filling, model.accepted);
                return;
              case 'abort':
                if (!model.inCrank) return;
                tables.abortCrank();
                model.inCrank = false;
                model.current = new Map(model.accepted);
                return;
              case 'flush': {
                const { filling } = store;
                const any = model.closed.has(filling);
                const done = store.flush();
                // A crash may reject it before anybody looks.
                done.catch(() => {});
                flushed = flushed.then(() => done);
                if (any) flushed = flushed.then(() => expect(store.durable >= filling).toBe(true));
                return;
              }
              case 'wait':
                await flushed;
                return;
              case 'crash': {
                // Flushes that were not waited for may or may not have reached the disk.
                const dying = flushed.catch(() => {});
                const atLeast = store.durable;
                store = await fixture.crash();
                await dying;
                flushed = Promise.resolve();
                expect(store.durable).toBeGreaterThanOrEqual(atLeast);
                const survived = model.closed.get(store.durable);
                expect(survived).toBeDefined();
                model.accepted = new Map(survived);
                model.current = new Map(survived);
                for (const sequence of model.closed.keys()) {
                  if (sequence > store.durable) model.closed.delete(sequence);
                }
                model.inCrank = false;
                expectEqual(store, model.current);
              }
            }
          };

          try {
            for (const next of steps) await take(next);
            expectEqual(store, model.current);
            await flushed;
          } finally {
            await suite.teardown?.(fixture);
          }
        };
        await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 200, size: 'max' }), walk), {
          numRuns: suite.modelRuns ?? 100,
        });
      },
    );
  });
};
