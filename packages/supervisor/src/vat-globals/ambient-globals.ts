/** `Date`, `Math` and `crypto` of one vat, which get time and randomness from its ambient. */
import type { Ambient } from './ambient.js';
import { UtcDate } from './utc-date.js';

const constant = (object: object, key: PropertyKey, value: unknown): void => {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
};

const makeDate = (now: () => number): DateConstructor => {
  const prototype = Object.create(UtcDate.prototype) as object;
  const VatDate = function Date(this: unknown, ...args: readonly unknown[]): unknown {
    const given = args.length === 0 || new.target === undefined ? [now()] : args;
    const made: unknown = Reflect.construct(UtcDate, given, new.target ?? VatDate);
    return new.target === undefined ? String(made) : made;
  } as unknown as DateConstructor;
  constant(prototype, 'constructor', VatDate);
  Object.defineProperty(VatDate, 'length', { value: 7 });
  Object.defineProperty(VatDate, 'prototype', { value: prototype, writable: false });
  const statics = {
    now() {
      return now();
    },
  };
  constant(VatDate, 'now', Reflect.get(statics, 'now'));
  for (const key of ['parse', 'UTC']) constant(VatDate, key, Reflect.get(UtcDate, key));
  return VatDate;
};

const makeMath = (random: () => number): Math => {
  const methods = {
    random() {
      return random();
    },
  };
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(Math),
    random: { value: Reflect.get(methods, 'random'), enumerable: false },
  }) as Math;
};

/** Bytes that one call may ask for. */
const MOST = 65_536;

const TypedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;
const nameOf = Object.getOwnPropertyDescriptor(TypedArrayPrototype, Symbol.toStringTag) as {
  readonly get: () => string | undefined;
};
const INTEGERS = /^(?:Big)?(?:Int|Uint)(?:8|16|32|64)(?:Clamped)?Array$/;

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

const makeCrypto = (fill: (bytes: Uint8Array) => void): object => ({
  getRandomValues(array: ArrayBufferView): ArrayBufferView {
    const name = Reflect.apply<unknown, [], string | undefined>(nameOf.get, array, []) ?? '';
    if (!INTEGERS.test(name)) throw TypeError('getRandomValues() fills typed arrays of integers');
    if (array.byteLength > MOST) {
      throw RangeError(`getRandomValues() makes ${MOST} bytes at most, not ${array.byteLength}`);
    }
    fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  },
  randomUUID(): string {
    const bytes = new Uint8Array(16);
    fill(bytes);
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    const digits = Array.from(bytes, hex).join('');
    const parts = [
      [0, 8],
      [8, 12],
      [12, 16],
      [16, 20],
      [20, 32],
    ] as const;
    return parts.map(([start, end]) => digits.slice(start, end)).join('-');
  },
});

/** Globals of all compartments of the vat. */
export const makeAmbientGlobals = (ambient: Ambient) => ({
  Date: makeDate(ambient.now),
  Math: makeMath(ambient.random),
  crypto: makeCrypto(ambient.fill),
});
