/**
 * `Float32Array` and `Float64Array` for vats on an engine that shows by which operation a NaN came about. The bits of one
 * depend on the processor and on how far the engine has compiled a function; so every NaN that is stored has the same bits.
 * An instance is a proxy of a real one: reading costs little more, storing some fifty nanoseconds. Methods work on
 * the proxy, so that no callback sees the real one.
 */

type RealArray = Float32Array | Float64Array;
type RealConstructor = Float32ArrayConstructor | Float64ArrayConstructor;

/** Before the bits of a NaN are fixed. */
const targets = new WeakMap<object, RealArray>();

const targetOf = (value: unknown): RealArray => {
  const target = targets.get(value as object);
  if (target === undefined) throw TypeError('this is not a typed array');
  return target;
};

/** What real arrays have, whatever their prototype was made. */
const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const getter =
  <T>(key: PropertyKey) =>
  (target: RealArray): T => {
    const found = Object.getOwnPropertyDescriptor(TypedArrayPrototype, key) as { get: () => T };
    return Reflect.apply<unknown, [], T>(found.get, target, []);
  };
const lengthOf = getter<number>('length');
const bufferOf = getter<ArrayBuffer>('buffer');
const offsetOf = getter<number>('byteOffset');
const method =
  <T>(key: string) =>
  (target: RealArray, ...args: readonly unknown[]): T =>
    Reflect.apply<unknown, readonly unknown[], T>(
      Reflect.get(TypedArrayPrototype, key) as () => T,
      target,
      args,
    );
const copyWithin = method('copyWithin');
const fill = method('fill');
const findIndex = method<number>('findIndex');
const setAll = method('set');

const isIndex = (key: PropertyKey): key is string =>
  typeof key === 'string' && (String(Number(key)) === key || key === '-0');

/** Stores a NaN by way of a view that SES has made to write the same bits each time. */
const storeNaN = (target: RealArray, index: number): void => {
  const { BYTES_PER_ELEMENT: size } = target;
  const view = new DataView(bufferOf(target), offsetOf(target) + index * size, size);
  if (size === 4) view.setFloat32(0, NaN, true);
  else view.setFloat64(0, NaN, true);
};

const store = (target: RealArray, index: number, value: unknown): void => {
  const number = Number(value);
  if (!Number.isInteger(index) || index < 0 || index >= lengthOf(target)) return;
  if (Number.isNaN(number)) storeNaN(target, index);
  else target[index] = number;
};

const settle = (target: RealArray): void => {
  // `indexOf` finds no NaN, `findIndex` does.
  let i = findIndex(target, Number.isNaN);
  for (; i >= 0 && i < lengthOf(target); i += 1) if (Number.isNaN(target[i])) storeNaN(target, i);
};

const traps: ProxyHandler<RealArray> = {
  set: (target, key, value: unknown, receiver) => {
    if (targets.get(receiver as object) !== target) {
      return Reflect.set(target, key, value, receiver);
    }
    if (isIndex(key)) {
      store(target, Number(key), value);
      return true;
    }
    return Reflect.set(target, key, value, receiver);
  },
  defineProperty: (target, key, descriptor) => {
    if (!isIndex(key) || !Number.isNaN(descriptor.value)) {
      return Reflect.defineProperty(target, key, descriptor);
    }
    const defined = Reflect.defineProperty(target, key, { ...descriptor, value: 0 });
    if (defined) storeNaN(target, Number(key));
    return defined;
  },
};

const wrap = (target: RealArray): RealArray => {
  const proxy = new Proxy(target, traps);
  targets.set(proxy, target);
  return proxy;
};

/** Methods of arrays that work on whatever has a length and indices, and make no array. */
const SHARED = [
  'at',
  'entries',
  'every',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'forEach',
  'includes',
  'indexOf',
  'join',
  'keys',
  'lastIndexOf',
  'reduce',
  'reduceRight',
  'reverse',
  'some',
  'toLocaleString',
  'values',
] as const;

const shared = (name: string): ((...args: unknown[]) => unknown) => {
  const method = Reflect.get(Array.prototype, name) as (...args: unknown[]) => unknown;
  return {
    [name](this: unknown, ...args: unknown[]): unknown {
      targetOf(this);
      return Reflect.apply(method, this, args);
    },
  }[name] as (...args: unknown[]) => unknown;
};

const ascending = (a: number, b: number): number => {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  if (a === 0 && b === 0) return Object.is(a, b) ? 0 : Object.is(a, -0) ? -1 : 1;
  return a - b;
};

/** Numbers of a real array are read by index, and so without its own iterator. */
const listOf = (value: unknown): number[] =>
  Array.from({ length: lengthOf(targetOf(value)) }, (_, i) => targetOf(value)[i] as number);

/** The range that the arguments of `slice` and `subarray` name. */
const rangeOf = (length: number, start = 0, end = length): readonly [number, number] => {
  const settle = (at: number): number => {
    const whole = Math.trunc(at) || 0;
    return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
  };
  return [settle(start), settle(end)];
};

type Compare = (a: number, b: number) => number;

const makeMethods = (construct: (list: ArrayLike<number>) => RealArray) => ({
  copyWithin(this: RealArray, ...args: [number, number, number?]) {
    copyWithin(targetOf(this), ...args);
    return this;
  },
  fill(this: RealArray, value: unknown, start?: number, end?: number) {
    const target = targetOf(this);
    const number = Number(value);
    fill(target, number, start, end);
    if (Number.isNaN(number)) settle(target);
    return this;
  },
  filter(this: RealArray, test: (value: number, index: number, all: RealArray) => unknown) {
    targetOf(this);
    const kept: number[] = [];
    for (let i = 0; i < lengthOf(targetOf(this)); i += 1) {
      const value = this[i] as number;
      if (test(value, i, this)) kept.push(value);
    }
    return construct(kept);
  },
  map(this: RealArray, make: (value: number, index: number, all: RealArray) => number) {
    const made = construct({ length: lengthOf(targetOf(this)) });
    for (let i = 0; i < lengthOf(targetOf(this)); i += 1)
      made[i] = make(this[i] as number, i, this);
    return made;
  },
  set(this: RealArray, source: ArrayLike<number>, offset = 0) {
    const target = targetOf(this);
    const real = targets.get(source) ?? source;
    setAll(target, real, offset);
    settle(target);
  },
  slice(this: RealArray, start?: number, end?: number) {
    return construct(listOf(this).slice(start, end));
  },
  sort(this: RealArray, compare: Compare = ascending) {
    const list = listOf(this).sort(compare);
    for (const [i, value] of list.entries()) this[i] = value;
    return this;
  },
  subarray(this: RealArray, start?: number, end?: number) {
    const target = targetOf(this);
    const size = target.BYTES_PER_ELEMENT;
    const [from, to] = rangeOf(lengthOf(target), start, end);
    const Real = size === 4 ? globalThis.Float32Array : globalThis.Float64Array;
    const part = new Real(bufferOf(target), offsetOf(target) + from * size, Math.max(0, to - from));
    Object.setPrototypeOf(part, Object.getPrototypeOf(target) as object);
    return wrap(part);
  },
  toReversed(this: RealArray) {
    return construct(listOf(this).reverse());
  },
  toSorted(this: RealArray, compare: Compare = ascending) {
    return construct(listOf(this).sort(compare));
  },
  with(this: RealArray, index: number, value: number) {
    const at =
      Math.trunc(index) < 0 ? lengthOf(targetOf(this)) + Math.trunc(index) : Math.trunc(index);
    if (at < 0 || at >= lengthOf(targetOf(this))) throw RangeError('Invalid typed array index');
    const made = construct(targetOf(this));
    made[at] = value;
    return made;
  },
});

const GETTERS = ['buffer', 'byteLength', 'byteOffset', 'length'] as const;

const hidden = (target: object, key: PropertyKey, value: unknown): void => {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
};

const makeFloatArray = (name: 'Float32Array' | 'Float64Array'): RealConstructor => {
  const Real = globalThis[name] as Float64ArrayConstructor;
  const TypedArray = Object.getPrototypeOf(Real) as object;

  const Tamed = function (this: unknown, ...args: readonly unknown[]): RealArray {
    if (new.target === undefined) throw TypeError(`Constructor ${name} requires 'new'`);
    const [first, ...rest] = args;
    const given = targets.get(first as object) ?? first;
    const target = Reflect.construct(Real, [given, ...rest]) as RealArray;
    Object.setPrototypeOf(target, (new.target as { prototype: object }).prototype);
    // The bits of a buffer that the vat passed are its own, and stay as they are.
    if (!(given instanceof ArrayBuffer)) settle(target);
    return wrap(target);
  } as unknown as RealConstructor;
  const construct = (list: ArrayLike<number>): RealArray => new Tamed(list);

  const prototype = Object.create(Object.getPrototypeOf(Real.prototype) as object) as object;
  for (const key of SHARED) {
    if (key in Array.prototype) hidden(prototype, key, shared(key));
  }
  for (const [key, method] of Object.entries(makeMethods(construct))) {
    hidden(prototype, key, method);
  }
  hidden(prototype, 'toString', shared('join'));
  hidden(prototype, Symbol.iterator, Reflect.get(prototype, 'values'));
  for (const key of GETTERS) {
    const get = getter(key);
    Object.defineProperty(prototype, key, {
      get(this: unknown) {
        return get(targetOf(this));
      },
      enumerable: false,
      configurable: true,
    });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, {
    get(this: unknown) {
      return targets.has(this as object) ? name : undefined;
    },
    enumerable: false,
    configurable: true,
  });
  hidden(prototype, 'constructor', Tamed);
  for (const owner of [Tamed, prototype]) {
    Object.defineProperty(owner, 'BYTES_PER_ELEMENT', { value: Real.BYTES_PER_ELEMENT });
  }
  Object.defineProperty(Tamed, 'name', { value: name });
  Object.defineProperty(Tamed, 'length', { value: 3 });
  Object.defineProperty(Tamed, 'prototype', { value: prototype, writable: false });
  Object.setPrototypeOf(Tamed, TypedArray);
  hidden(Tamed, 'of', (...list: number[]) => construct(list));
  hidden(Tamed, 'from', (source: Iterable<number>, map?: (value: number, i: number) => number) =>
    construct(map === undefined ? Array.from(source) : Array.from(source, map)),
  );
  return Tamed;
};

export const Float32Array = makeFloatArray('Float32Array');
export const Float64Array = makeFloatArray('Float64Array');
