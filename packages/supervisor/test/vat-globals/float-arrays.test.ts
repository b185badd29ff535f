import { lockdownForVats } from '../../src/lockdown/lockdown.js';
lockdownForVats();
const { beforeAll, describe, expect, test } = await import('vitest');
const floats = await import('../../src/vat-globals/float-arrays.js');

const real = { Float32Array: globalThis.Float32Array, Float64Array: globalThis.Float64Array };
/** NaNs that differ: of an operation, of a constant, and of bits that were put together. */
const nans = (): number[] => {
  const bits = new BigUint64Array([0xfff8_0000_0000_0001n, 0x7ff8_1234_0000_0000n]);
  const [a, b] = new real.Float64Array(bits.buffer);
  const zero = Number('0');
  return [NaN, zero / zero, -NaN, Math.sqrt(-1), Infinity - Infinity, a as number, b as number];
};

describe.each(['Float32Array', 'Float64Array'] as const)('%s of a vat', (name) => {
  const Tamed = floats[name] as Float64ArrayConstructor;
  const Real = real[name] as Float64ArrayConstructor;
  let canonical = '';
  const bytesOf = (array: Float64Array): string => new Uint8Array(array.buffer).join();
  beforeAll(() => {
    const one = new Tamed(1);
    one[0] = NaN;
    canonical = bytesOf(one);
  });

  test('stores every NaN with the same bits, by whatever way it comes', () => {
    const last = canonical.split(',').length === 4 ? '0,0,192,127' : '0,0,0,0,0,0,248,127';
    expect(canonical).toBe(last);
    for (const nan of nans()) {
      const ways = [
        Tamed.of(nan),
        Tamed.from([nan]),
        Tamed.from([0], () => nan),
        new Tamed([nan]),
        new Tamed(new real.Float64Array([nan])),
        new Tamed(1).fill(nan),
        new Tamed(1).map(() => nan),
        new Tamed(1).with(0, nan),
        new Tamed([nan]).slice(),
        new Tamed([nan]).toSorted(),
        Object.assign(new Tamed(1), { 0: nan }),
        Object.assign(new Tamed(1), { 0: { valueOf: () => nan } }),
        Object.defineProperty(new Tamed(1), '0', { value: nan }),
      ];
      const put = new Tamed(1);
      put.set([nan]);
      const moved = new Tamed([1, nan]);
      moved.copyWithin(0, 1);
      const set = new Tamed(1);
      Reflect.set(set, '0', nan);
      for (const way of [...ways, put, moved.subarray(0, 1).slice(), set]) {
        expect(bytesOf(way)).toBe(canonical);
      }
    }
  });

  test('does what a real one does', () => {
    const list = [3, -0, 1.5, NaN, 0, -7, Infinity];
    const uses = (Class: typeof Float64Array): unknown[] => {
      const array = new Class(list);
      const part = array.subarray(1, -2);
      part[0] = 9;
      const buffer = new ArrayBuffer(24);
      const view = new Class(buffer, 8, 2);
      view.set([1, 2]);
      return [
        [...array],
        array.length,
        array.byteLength,
        part.byteOffset,
        part.length,
        [...array.toSorted()],
        [...array.toReversed()],
        [...array.filter((value, i, all) => value > all[0]! || i === 2)],
        [...array.map((value) => value * 2)],
        array.indexOf(NaN),
        array.includes(NaN),
        array.join('|'),
        array.at(-1),
        array.reduce((a, b) => a + (b || 0), 0),
        array.findLast((value) => value < 0),
        [...array.entries()].length,
        String(array),
        Object.prototype.toString.call(array),
        JSON.stringify(array),
        Object.keys(array),
        [...new Uint8Array(buffer)],
        [...new Uint16Array(array.slice(0, 3))],
        [...array.sort((a, b) => b - a)],
        array instanceof Class,
        array[99],
        Class.BYTES_PER_ELEMENT,
        new (class Sub extends Class {})(2).length,
      ];
    };
    expect(uses(Tamed)).toEqual(uses(Real));
  });

  test('shows no callback the array behind it', () => {
    const array = new Tamed([1, 2]);
    const seen = new Set<unknown>();
    const look = (_: unknown, __: unknown, all: unknown) => seen.add(all) !== undefined;
    array.forEach(look);
    array.every(look);
    array.filter(look);
    array.map((value, i, all) => (look(value, i, all) ? value : 0));
    array.find((value, i, all) => !look(value, i, all));
    array.reduce((_, value, i, all) => (look(value, i, all) ? value : 0), 0);
    expect([...seen]).toEqual([array]);
    expect(() => Uint8Array.prototype.fill.call(array as never, 1)).toThrow(TypeError);
  });
});
