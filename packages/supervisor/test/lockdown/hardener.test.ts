import { beforeAll, describe, expect, it } from 'vitest';
import { lockdownForVats } from '../../src/lockdown/lockdown.js';
import { makeHardener } from '../../src/lockdown/hardener.js';

const { harden } = globalThis as unknown as { harden: <Value>(this: void, value: Value) => Value };
beforeAll(lockdownForVats);

/** What is not frozen among all that can be reached from `root`. */
const unfrozen = (root: unknown): unknown[] => {
  const seen = new Set<unknown>([root]);
  for (const value of seen) {
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') continue;
    seen.add(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key) as Record<string, unknown>;
      for (const part of ['value', 'get', 'set']) seen.add(property[part]);
    }
  }
  return [...seen].filter((value) => !Object.isFrozen(value));
};

describe('harden', () => {
  it('is taken by SES for the realm', () => {
    expect(Reflect.get(globalThis, 'harden')).toBe(harden);
    expect(Reflect.get(Object, Symbol.for('harden'))).toBe(harden);
    expect(unfrozen(Array.prototype)).toEqual([]);
  });

  it('freezes all that can be reached, through prototypes, accessors, symbols, cycles and proxies', () => {
    class Base {
      method() {
        return 1;
      }
    }
    class Sub extends Base {
      static readonly table = { deep: [{ deeper: new Map() }] };
    }
    const get = () => ({});
    const root: Record<PropertyKey, unknown> = {
      sub: new Sub(),
      [Symbol('s')]: { a: [() => 1] },
      many: Array.from({ length: 50 }, (_, n) => ({ n, again: { n } })),
      proxy: new Proxy({ inside: { more: {} } }, {}),
      error: TypeError('e'),
    };
    Object.defineProperty(root, 'hidden', { get, enumerable: false, configurable: true });
    root['self'] = root;
    expect(harden(root)).toBe(root);
    expect(unfrozen(root)).toEqual([]);
    expect(Object.isFrozen(Sub.table.deep[0]?.deeper)).toBe(true);
    expect(Object.isFrozen(Reflect.get(Base.prototype, 'method'))).toBe(true);
  });

  it('leaves the elements of typed arrays writable and nothing else of them', () => {
    const array = Object.assign(new Uint8Array(2), { more: {} });
    harden(array);
    array[0] = 3;
    expect(array[0]).toBe(3);
    expect(() => Object.assign(array, { more: 1 })).toThrow(TypeError);
    expect(() => Object.assign(array, { another: 1 })).toThrow(TypeError);
    expect(Object.isFrozen(array.more)).toBe(true);
  });

  it('leaves no accessor of the engine on an error', () => {
    const error = harden(Error('e'));
    expect(Object.getOwnPropertyDescriptor(error, 'stack')).not.toHaveProperty('get');
  });

  it('takes nothing to be hardened where a part could not be frozen', () => {
    const fresh = makeHardener();
    let refuse = true;
    const stubborn = new Proxy(
      {},
      { preventExtensions: (target) => !refuse && Reflect.preventExtensions(target) },
    );
    const child = {};
    const root = { child, stubborn };
    expect(() => fresh(root)).toThrow(TypeError);
    refuse = false;
    const late = {};
    const other = { late, root };
    fresh(other);
    expect(unfrozen(stubborn)).toEqual([]);
    expect(Object.isFrozen(late)).toBe(true);
  });

  it.each([1, 'a', undefined, null, true, 3n, Symbol.iterator])('gives back %s', (value) => {
    expect(harden(value)).toBe(value);
  });
});
