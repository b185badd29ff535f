/** Values that throw, or lie, when they are asked what they are. */

const fail = (): never => {
  throw new RangeError('foreign code was run');
};

const traps: ProxyHandler<object> = {
  apply: fail,
  construct: fail,
  defineProperty: fail,
  deleteProperty: fail,
  get: fail,
  getOwnPropertyDescriptor: fail,
  getPrototypeOf: fail,
  has: fail,
  isExtensible: fail,
  ownKeys: fail,
  preventExtensions: fail,
  set: fail,
  setPrototypeOf: fail,
};

const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

// The stack first: to write it, the engine reads the others.
const PROPERTIES = ['stack', 'message', 'name', 'code', 'cause', 'constructor', 'toString'];

/** `target` with getters that throw. */
const withGetters = (target: object): object => {
  for (const name of [...PROPERTIES, 'then']) {
    Object.defineProperty(target, name, { get: fail, configurable: true });
  }
  return target;
};

/** `target` with values that are no text. */
const withValue = (target: object, value: unknown): object => {
  for (const name of PROPERTIES) Object.defineProperty(target, name, { value, configurable: true });
  return target;
};

class Named {
  get [Symbol.toStringTag](): string {
    return fail();
  }
  [Symbol.toPrimitive](): string {
    return fail();
  }
  static get name(): string {
    return fail();
  }
}

export const hostileValues = (): readonly (readonly [title: string, value: unknown])[] => [
  ['an object without a prototype', Object.create(null)],
  ['an object whose toString throws', { toString: fail, valueOf: fail }],
  ['an object whose toString answers with an object', { toString: () => ({}) }],
  ['an object with getters that throw', withGetters({})],
  ['an error with getters that throw', withGetters(new Error('woe'))],
  ['an error whose message is a symbol', withValue(new Error('woe'), Symbol('woe'))],
  [
    'an error whose message is an object without a prototype',
    withValue(new Error(), { __proto__: null }),
  ],
  ['an error without a prototype', Object.setPrototypeOf(new Error('woe'), null)],
  ['an object that inherits from an error', Object.create(new TypeError('inherited'))],
  ['an object that inherits from a revoked proxy', Object.create(revoked({}))],
  ['an instance of a class with traps of its own', new Named()],
  ['a proxy whose traps throw', new Proxy({}, traps)],
  ['a proxy of an error whose traps throw', new Proxy(new Error('woe'), traps)],
  ['a proxy of a function whose traps throw', new Proxy(() => undefined, traps)],
  ['a revoked proxy', revoked({})],
  ['a revoked proxy of an array', revoked([])],
  ['a revoked proxy of a function', revoked(() => undefined)],
  ['a symbol', Symbol('woe')],
  ['a symbol without a description', Symbol()],
  ['a function', fail],
  ['a class', Named],
  ['undefined', undefined],
  ['null', null],
  ['an array that contains itself', ((a: unknown[]) => (a.push(a), a))([])],
  ['a bigint of a million bits', 1n << 1_000_000n],
  ['a long string', 'x'.repeat(5_000_000)],
  ['an error with a long message', new Error('x'.repeat(1_000_000))],
  ['an error with a long name', Object.assign(new Error('woe'), { name: 'x'.repeat(1_000_000) })],
  ['an object with a then that throws', { then: fail }],
  [
    'an object with a getter of then that throws',
    {
      get then() {
        return fail();
      },
    },
  ],
];
