/** What the host passes to vats arrives as it was, or is refused with the place at which it cannot be copied. */
import { LIMITS } from '@cooperage/types';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { makeService } from '../src/index.js';
import { copyPassable } from '../src/host/passable.js';
import { fixture, openForTest } from './helpers.js';

const copy = (value: unknown): unknown => copyPassable(value, () => undefined);

const nested = (depth: number, inmost: unknown = []): unknown => {
  let value: unknown = inmost;
  for (let i = 1; i < depth; i += 1) value = i % 2 === 0 ? [value] : { x: value };
  return value;
};

const depthOf = (value: unknown): number => {
  let depth = 0;
  for (let at = value; typeof at === 'object' && at !== null; at = Object.values(at)[0]) depth += 1;
  return depth;
};

const ring = (): unknown => {
  const inner: { back?: unknown } = {};
  const outer = { list: [inner] };
  inner.back = outer;
  return outer;
};

/** As many values as there are paths: 2 ** 60. */
const doubled = (): unknown => {
  let value: unknown = [];
  for (let i = 0; i < 60; i += 1) value = [value, value];
  return value;
};

const argumentsOf = function (): unknown {
  return arguments; // eslint-disable-line prefer-rest-params
} as (...args: unknown[]) => unknown;

const hidden = (holder: object, key: PropertyKey): object =>
  Object.defineProperty(holder, key, { value: 1, enumerable: false });

describe('a copy', () => {
  it.each<[string, unknown, string]>([
    ['symbol key', { a: { [Symbol('k')]: 1 } }, 'the value.a[Symbol(k)] is named by a symbol'],
    ['symbol key of an array', Object.assign([1], { [Symbol('k')]: 1 }), 'the value[Symbol(k)]'],
    ['property of an array', [Object.assign([1], { note: 1 })], 'the value[0].note is a property'],
    [
      'hidden property of an array',
      hidden([1], 'note'),
      'the value.note is a property of an array',
    ],
    ['match', 'abc'.match(/b/), 'the value.index is a property of an array'],
    ['hole', { list: [1, , 3] }, 'the value.list[1] is missing'], // eslint-disable-line no-sparse-arrays
    ['array of holes', new Array(2 ** 32 - 1), 'the value[0] is missing'],
    ['getter', [{ get a() { return 1; } }], 'the value[0].a has a getter'], // prettier-ignore
    ['setter', { set a(_: unknown) {} }, 'the value.a has a getter or setter'], // prettier-ignore
    ['hidden property', hidden({}, 'a'), 'the value.a is not enumerable'],
    ['hidden element', hidden([], 0), 'the value[0] is not enumerable'],
    [
      'array of a class',
      new (class Many extends Array {})(),
      'the value is of a class that extends',
    ],
    ['cycle', ring(), 'the value.list[0].back leads back to the value: data cannot contain itself'],
    ['odd key', { 'a b': () => 1 }, 'the value["a b"] is a function'],
    [
      'property of bytes',
      [Object.assign(Uint8Array.of(1), { note: 1 })],
      'the value[0].note is a property of a Uint8Array',
    ],
    [
      'symbol key of bytes',
      Object.assign(Buffer.from('abc'), { [Symbol('k')]: 1 }),
      'the value[Symbol(k)] is a property of a Uint8Array',
    ],
    ['hidden property of bytes', hidden(Uint8Array.of(1), 'note'), 'the value.note is a property'],
    [
      'property of many bytes',
      Object.assign(new Uint8Array(5_000), { note: 1 }),
      'the value has properties of its own',
    ],
    [
      'hidden property of many bytes',
      hidden(new Uint8Array(5_000), 'note'),
      'the value has properties of its own',
    ],
    [
      'property of a buffer',
      Object.assign(new ArrayBuffer(1), { note: 1 }),
      'the value.note is a property of an ArrayBuffer',
    ],
    [
      'class of bytes',
      new (class Key extends Uint8Array {})(1),
      'the value is of a class that extends Uint8Array',
    ],
    [
      'class of buffers',
      new (class Page extends ArrayBuffer {})(1),
      'the value is of a class that extends ArrayBuffer',
    ],
    ['other typed array', Float32Array.of(1), 'the value is an instance of Float32Array'],
    ['view', new DataView(new ArrayBuffer(1)), 'the value is an instance of DataView'],
    [
      'property of an error',
      { e: Object.assign(new Error('no'), { code: 'ENOENT' }) },
      'the value.e.code is a property of an error',
    ],
    [
      'hidden property of an error',
      hidden(new Error('no'), 'note'),
      'the value.note is a property of an error',
    ],
    ['boxed number', [Object(1)], 'the value[0] is an instance of Number'],
    ['boxed text', Object('text'), 'the value is an instance of String'],
    ['map', new Map([[1, 2]]), 'the value is an instance of Map'],
    ['date', { at: new Date(0) }, 'the value.at is an instance of Date'],
    ['arguments of a function', argumentsOf(1), 'is not enumerable'],
    [
      'record that inherits',
      Object.create(Object.assign(Object.create(null) as object, { a: 1 })),
      'only plain data',
    ],
    [
      'array that inherits',
      Object.setPrototypeOf([1], { a: 1 }),
      'is of a class that extends arrays',
    ],
    ['too many values', doubled(), 'data may have 2000000 characters'],
  ])('refuses a %s, with the place', (_, value, message) => {
    expect(() => copy(value)).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });

  it('takes data that is named at several places, and records without a prototype', () => {
    const shared = { a: 1 };
    const plain = Object.assign(Object.create(null) as object, { a: [shared, shared] });
    expect(copy(plain)).toEqual({ a: [{ a: 1 }, { a: 1 }] });
  });

  it('takes data of another realm, and what Node makes', () => {
    const others = runInNewContext('({ list: [1, { a: new Uint8Array([1]) }] })') as unknown;
    expect(copy(others)).toMatchObject({ list: [1, { a: { payload: 'AQ==' } }] });
    for (const bytes of [Buffer.from('abc'), Buffer.alloc(5_000), new ArrayBuffer(5_000)]) {
      expect(() => copy(bytes)).not.toThrow();
    }
    expect(copy(new AggregateError([new Error('a')], 'all', { cause: 1 }))).toBeInstanceOf(Error);
  });

  it('of what was thrown has the message, whatever else an error has', () => {
    const thrown = Object.assign(new TypeError('no such file'), { code: 'ENOENT' });
    const place = { path: 'the value', depth: 0, isReason: true };
    expect(copyPassable(thrown, () => undefined, place)).toEqual(new TypeError('no such file'));
  });

  it('is as deep as data may be, and no deeper', () => {
    expect(depthOf(copy(nested(LIMITS.capdataDepth)))).toBe(LIMITS.capdataDepth);
    for (const value of [
      nested(LIMITS.capdataDepth + 1),
      nested(LIMITS.capdataDepth + 1, new Error('inmost')),
      nested(100_000),
    ]) {
      expect(() => copy(value)).toThrow(/^the value(\.x|\[0\]).* data may be nested 250 deep$/);
    }
  });
});

it('a vat is told what a service threw and what it cannot answer, and which promise cannot be passed', async () => {
  const kernel = await openForTest({
    config: {
      bootstrap: 'vat',
      vats: { vat: { source: fixture('large-data-vat.js') } },
    },
    services: {
      deep: makeService(({ args }) => {
        if (args[0] === 'throws')
          throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
        return { bytes: Object.assign(Uint8Array.of(1), { note: 1 }) };
      }),
    },
  });
  await kernel.run();
  await expect(kernel.send('vat', 'depthOfAnswer', ['throws'])).rejects.toThrow('no such file');
  await expect(kernel.send('vat', 'depthOfAnswer', [1])).rejects.toThrow(
    'the service’s answer: the value.bytes.note is a property of a Uint8Array',
  );
  const promise = Object.assign(Promise.resolve(1), { cancel: 1 });
  await expect(kernel.send('vat', 'echo', [promise])).rejects.toThrow(
    'args[0].cancel is a property of a promise',
  );
});

describe.each(['v8', 'quickjs'] as const)('a vat on %s', (engine) => {
  it('takes and gives data of one depth, whichever way it goes', async () => {
    const source = fixture('large-data-vat.js');
    const deep = makeService(({ args }) => nested(args[0] as number));
    const kernel = await openForTest({
      config: {
        bootstrap: 'vat',
        vats: { vat: { source, engine } },
      },
      services: { deep },
    });
    await kernel.run();
    const most = LIMITS.capdataDepth;
    // Two levels are the message’s own: it has its arguments in an array, and that beside the method.
    const sent = await kernel.send('vat', 'echo', [nested(most - 2)]);
    expect(depthOf(sent)).toBe(most - 2);
    await expect(kernel.send('vat', 'echo', [nested(most - 1)])).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(/^args\[0\].* data may be nested 250 deep$/),
    });
    expect(depthOf(await kernel.send('vat', 'nested', [most]))).toBe(most);
    await expect(kernel.send('vat', 'nested', [most + 1])).rejects.toThrow(
      'data is nested 251 deep; the limit is 250',
    );
    expect(await kernel.send('vat', 'depthOfAnswer', [most])).toBe(most);
    await expect(kernel.send('vat', 'depthOfAnswer', [most + 1])).rejects.toThrow(
      /the service’s answer: the value.* data may be nested 250 deep/,
    );
    await expect(kernel.send('vat', 'echo', [ring()])).rejects.toThrow(
      'args[0].list[0].back leads back to args[0]',
    );
  });
});
