/** What a client writes is what vats read, and the other way round. */
import 'ses/assert-shim.js';
import '@endo/eventual-send/shim.js';
import { makeMarshal } from '@endo/marshal';
import { describe, expect, it } from 'vitest';
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
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => encode(circle, none)).toThrow('data cannot contain itself');
    expect(() => encode(Symbol('x'), none)).toThrow('a symbol cannot be passed to a vat');
  });
});
