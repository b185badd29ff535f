/** What the host reads of capdata: as `@endo/marshal` reads it, but for what that refuses. */
import '../src/host/shims.js';
import { makeMarshal } from '@endo/marshal';
import { Far } from '@endo/pass-style';
import { type EncodedError, type KRef, makePace } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { completeError } from '../src/host/rejections/received-errors.js';
import { decodeData, decodeInSlices, type ErrorParts } from '../src/host/decode-data.js';

const object = Far('object', {});
const promise = Object.freeze(Promise.resolve());
const slots = ['ko1', 'kp2'] as unknown as KRef[];
const valueOf = (kref: string | undefined): object => {
  if (kref === undefined) throw new Error('there is no such slot');
  return kref === 'kp2' ? promise : object;
};
const marshal = makeMarshal<string>(undefined, valueOf as never, {
  serializeBodyFormat: 'smallcaps',
});
const readPart = (part: unknown): unknown =>
  marshal.fromCapData({ body: `#${JSON.stringify(part)}`, slots });
const readError = (alone: EncodedError, parts: ErrorParts): unknown =>
  completeError({ ...alone, errorId: undefined }, readPart(alone) as Error, parts);
const read = (body: string): unknown =>
  decodeData({ body, slots }, { valueOf, readPart, readError });

const DATA: readonly unknown[] = [
  null,
  true,
  1.5,
  'text',
  '',
  '!!escaped',
  '!#undefined',
  '#undefined',
  '#NaN',
  '#Infinity',
  '#-Infinity',
  '+123456789012345678901234567890',
  '-5',
  '%registered',
  '%%',
  '$0.Alleged: object',
  '$0',
  '&1',
  ['$0.Alleged: object', ['&1', '&1'], { a: '$0' }],
  { a: { b: [{ c: ['+1', null, {}] }] }, '!#name': 1, '!!x': 2, then: 3 },
  { '#tag': 'copySet', payload: ['+1'] },
  [{ '#tag': 'odd', payload: { a: '&1', b: '#undefined' } }, 1],
  { '#error': 'woe', name: 'TypeError' },
  [[{ '#error': 'woe', name: 'Error', errorId: 'error:x#1' }]],
];

describe('what the host reads', () => {
  test.each(DATA.map((data) => [JSON.stringify(data)] as const))('of %s', (json) => {
    const body = `#${json}`;
    const mine = read(body);
    expect(mine).toEqual(marshal.fromCapData({ body, slots }));
    expect(Object.isFrozen(mine)).toBe(true);
  });

  test.each([
    '"#nothing"',
    '"$7"',
    '"&0"',
    '"$1"',
    '"+x"',
    '"(later"',
    '{"#name":1}',
    '{"#tag":1,"payload":2}',
    '[1,',
    '',
  ])('%s is refused', (json) => {
    expect(() => marshal.fromCapData({ body: `#${json}`, slots })).toThrow();
    expect(() => read(`#${json}`)).toThrow();
  });

  test('names the same object for each mention of a slot', () => {
    const [first, second] = read('#["&1",{"again":"&1"}]') as [object, { again: object }];
    expect(second.again).toBe(first);
    expect(first).toBe(promise);
  });

  test('may be `__proto__` as a property like any other', () => {
    const record = read('#{"__proto__":{"a":1}}') as object;
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(Object.keys(record)).toEqual(['__proto__']);
  });
});

describe('in slices', () => {
  const error = '{"#error":"no","name":"Error"}';
  test.each([
    ['errors', `[${`${error},`.repeat(999)}${error}]`],
    [
      'errors behind one',
      `{"#error":"all","name":"AggregateError","errors":[${`${error},`.repeat(999)}${error}]}`,
    ],
    ['tagged data', `[${'{"#tag":"a","payload":[1]},'.repeat(999)}0]`],
    ['tagged data of one', `{"#tag":"a","payload":[${'"+1",'.repeat(999)}0]}`],
    ['references', `[${'"$0",'.repeat(999)}0]`],
    ['numbers', `[${'0,'.repeat(99_999)}0]`],
  ])('%s are read', (_, json) => {
    const data = { body: `#${json}`, slots };
    const work = decodeInSlices(data, { valueOf, readPart, readError }, makePace(100));
    let slices = 1;
    let step = work.next();
    for (; step.done !== true; step = work.next()) slices += 1;
    expect(slices).toBeGreaterThan(9);
    expect(step.value).toEqual(decodeData(data, { valueOf, readPart, readError }));
  });

  test('only errors may be behind an error', () => {
    for (const part of ['"cause":["no"]', '"cause":"no"', '"errors":["no"]', '"errors":5']) {
      expect(() => read(`#{"#error":"no","name":"Error",${part}}`)).toThrow();
    }
  });
});
