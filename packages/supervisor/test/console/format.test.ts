import { formatWithOptions } from 'node:util';
import { expect, test } from 'vitest';
import { format } from '../../src/console/format.js';

const asNode = (...args: readonly unknown[]): string =>
  formatWithOptions({ customInspect: false }, ...args);

class Point {
  x = 1;
  y = [2];
}

const cycle: Record<string, unknown> = { a: 1 };
cycle['self'] = cycle;

test.each([
  ['%s is %d and %o', 'x', 1.5, 2],
  ['text', { a: [1, 'two', "it's"], b: null, c: undefined, 'd-e': true }],
  [new Map<unknown, unknown>([[{ a: 1 }, [2]]]), new Set([1, 'a'])],
  [new Point(), Object.create(null), [], {}],
  [new Date(86_400_000), new Date(NaN), /a+b/gi],
  [new Uint8Array([1, 2, 3]), new Float64Array(2), Object.assign([1], { 2: 3 })],
  [() => 1, function named() {}, Point, Symbol('s'), 10n, -0],
  [{ a: { b: { c: { d: 1 } } } }],
  [
    {
      get a() {
        return 1;
      },
      set b(value: number) {},
    },
  ],
  [new (class Many extends Map<number, number> {})([[1, 2]])],
])('%j is shown as Node shows it', (...args) => {
  expect(format(args)).toBe(asNode(...args));
});

test('what lockdown has made accessors is shown as what it stands for', async () => {
  const { lockdownForVats } = await import('../../src/lockdown/lockdown.js');
  lockdownForVats();
  expect(format([[1], new Map([[1, 2]]), new Date(0), /x/, { a: 1 }, new Point()])).toBe(
    '[ 1 ] Map(1) { 1 => 2 } 1970-01-01T00:00:00.000Z /x/ { a: 1 } Point { x: 1, y: [ 2 ] }',
  );
});
