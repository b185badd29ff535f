/** What a client writes is what vats read, and the other way round. */
import 'ses/assert-shim.js';
import '@endo/eventual-send/shim.js';
import { makeMarshal } from '@endo/marshal';
import { describe, expect, it } from 'vitest';
import { makeReferences } from '../src/references.js';
import { decode, encode } from '../src/smallcaps.js';

const none = (): undefined => undefined;
const fail = (name: string): never => {
  throw new Error(`no reference was expected: ${name}`);
};

/** JSON-like data and what smallcaps writes in other ways. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1.5,
  NaN,
  Infinity,
  -Infinity,
  0n,
  -12345678901234567890n,
  '',
  '!',
  '#x',
  '$0',
  '&1',
  '+1',
  '-1',
  '%a',
  'ä\u2028',
  [],
  {},
  [[undefined], { a: [1n] }],
  { '#error': 1, '!x': '$', $0: [] },
];

describe('smallcaps', () => {
  const marshal = makeMarshal<string>(undefined, undefined, { serializeBodyFormat: 'smallcaps' });

  it('is read by the marshalling of vats as it was written', () => {
    for (const value of VALUES) {
      const data = encode(value, none);
      expect(marshal.fromCapData({ body: data.body, slots: [] })).toEqual(value);
    }
  });

  it('is read as the marshalling of vats has written it', () => {
    const freeze = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      Object.values(value).forEach(freeze);
      return Object.freeze(value);
    };
    for (const value of VALUES) {
      const { body } = marshal.toCapData(freeze(structuredClone(value)) as never);
      expect(decode({ body, slots: [] }, fail)).toEqual(value);
    }
  });

  it('takes references out, each once', () => {
    const object = { name: 'o1' };
    const answer = { name: 'a1' };
    const nameOf = (value: object): string | undefined => (value as { name?: string }).name;
    const { body, slots } = encode([object, [answer, object]], nameOf);
    expect(slots).toEqual(['o1', 'a1']);
    expect(body).toBe('#["$0.Alleged: object",["&1","$0.Alleged: object"]]');
    const found = { o1: object, a1: answer };
    expect(decode({ body, slots }, (name) => found[name as 'o1'])).toEqual([
      object,
      [answer, object],
    ]);
  });

  it('refuses data that contains itself, and what is no data', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => encode(cycle, none)).toThrow('data cannot contain itself');
    expect(() => encode(Symbol('x'), none)).toThrow(
      'the value is a symbol, which cannot be passed to a vat',
    );
  });

  const hidden = (holder: object): object => Object.defineProperty(holder, 'a', { value: 1 });

  it.each<[string, unknown, string]>([
    ['symbol key', [{ [Symbol('k')]: 1 }], 'the value[0][Symbol(k)] is named by a symbol'],
    [
      'property of an array',
      { list: Object.assign([1], { a: 1 }) },
      'the value.list.a is a property of an array',
    ],
    ['hidden property of an array', hidden([1]), 'the value.a is a property of an array'],
    ['hole', [1, , 3], 'the value[1] is missing'], // eslint-disable-line no-sparse-arrays
    [
      'array of a class',
      new (class Many extends Array {})(),
      'the value is of a class that extends arrays',
    ],
    ['getter', { get a() { return 1; } }, 'the value.a has a getter or setter'], // prettier-ignore
    ['hidden property', hidden({}), 'the value.a is not enumerable'],
    [
      'property of bytes',
      Object.assign(Uint8Array.of(1), { a: 1 }),
      'the value.a is a property of a Uint8Array',
    ],
    [
      'symbol key of many bytes',
      Object.assign(new Uint8Array(20_000), { [Symbol('k')]: 1 }),
      'the value[Symbol(k)] is a property',
    ],
    [
      'class of bytes',
      new (class Key extends Uint8Array {})(1),
      'the value is of a class that extends Uint8Array',
    ],
    [
      'property of an error',
      [Object.assign(new Error('no'), { code: 'ENOENT' })],
      'the value[0].code is a property of an error',
    ],
  ])('refuses a %s, with the place', (_, value, message) => {
    expect(() => encode(value, none)).toThrow(message);
  });

  it('writes what was thrown, and errors of vats, whatever else they have', () => {
    const thrown = Object.assign(new TypeError('no'), { code: 'ENOENT' });
    const { body } = encode(thrown, none, { isReason: true });
    expect(body).toBe('#{"#error":"no","name":"TypeError"}');
    const known = Object.assign(decode({ body, slots: [] }, fail) as Error, {
      code: 'VAT_REJECTED',
    });
    expect(encode([known], none).body).toBe(`#[${body.slice(1)}]`);
  });

  it('refuses data that is too deep', () => {
    let deep: unknown = [];
    for (let i = 0; i < 250; i += 1) deep = [deep];
    expect(() => encode(deep, none)).toThrow('data may be nested 250 deep');
  });

  it('names the place of what references refuse', () => {
    const references = makeReferences({ send: none, collected: none });
    const nameOf = (value: object): string | undefined => references.nameOf(value);
    for (const [value, message] of [
      [new Map(), 'the value.a is a Map'],
      [new Date(0), 'the value.a is a Date'],
      [Float32Array.of(1), 'the value.a is a view of bytes'],
      [new ArrayBuffer(1), 'the value.a is a ArrayBuffer'],
      [Object(1), 'the value.a is a Number'],
      [Promise.resolve(), 'the value.a is a promise'],
    ] as const) {
      expect(() => encode({ a: value }, nameOf)).toThrow(message);
    }
  });
});
