import type { CapData, KRef } from '@cooperage/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutOut, parseCall, plainString, recordOfReferences } from '../src/smallcaps.js';

const from = (...slots: string[]): CapData<KRef> => ({ body: '#[]', slots: slots as KRef[] });

describe('cutting capdata out of capdata', () => {
  test('keeps only the slots that are used, renumbered, each once', () => {
    expect(cutOut(['$2.Alleged: purse', '&0', '$2'], from('kp1', 'ko2', 'ko3'))).toEqual({
      body: '#["$0.Alleged: purse","&1","$0"]',
      slots: ['ko3', 'kp1'],
    });
  });
  test('leaves strings alone that only look like slots', () => {
    expect(cutOut(['!$0', '$', '$x', '$0x', '&', '%0'], from())).toEqual({
      body: '#["!$0","$","$x","$0x","&","%0"]',
      slots: [],
    });
  });
  test('keeps member names as they are, "__proto__" too', () => {
    const json = JSON.parse('{"__proto__":"$0","#tag":"!x","$1":1}') as never;
    expect(cutOut(json, from('ko7'))).toEqual({
      body: '#{"__proto__":"$0","#tag":"!x","$1":1}',
      slots: ['ko7'],
    });
  });
  test('refuses a slot that is not there', () => {
    expect(() => cutOut('$3', from('ko1'))).toThrow('there is no slot 3');
    expect(() => cutOut('$99999999999999999999', from('ko1'))).toThrow('there is no slot');
  });
  test('refuses data that is nested too deeply, instead of running out of stack', () => {
    const depth = 200_000;
    const body = `#["createVat",[${'['.repeat(depth)}${']'.repeat(depth)}]]`;
    const { args } = parseCall({ body, slots: [] });
    expect(() => cutOut(args[0] as never, from())).toThrow(/nested/);
  });
  test('is the identity on data without slots', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        fc.pre(!/"[$&][0-9]/.test(JSON.stringify(json)));
        const expected = JSON.stringify(json);
        fc.pre(expected.length < 10_000);
        expect(cutOut(json as never, from()).body).toBe(`#${expected}`);
      }),
    );
  });
});

describe('a message', () => {
  test('is a method and arguments', () => {
    expect(parseCall({ body: '#["go",[1,"$0"]]', slots: ['ko1' as KRef] })).toEqual({
      method: 'go',
      args: [1, '$0'],
    });
  });
  test.each([
    '',
    '[]',
    '#',
    '#[]',
    '#["go"]',
    '#["go",{}]',
    '#[1,[]]',
    '#["$0",[]]',
    '#["go",[],1]',
  ])('is not %s', (body) => {
    expect(() => parseCall({ body, slots: [] })).toThrow(
      expect.objectContaining({ code: 'BAD_CAPDATA' }),
    );
  });
});

test('a string is plain unless it begins with a sign; "!" hides one', () => {
  expect(plainString('go')).toBe('go');
  expect(plainString('!#go')).toBe('#go');
  for (const sign of ['#', '$', '%', '&', '+', '-', "'", '(', ')', '*', ',']) {
    expect(plainString(`${sign}x`)).toBeUndefined();
  }
  expect(plainString(1)).toBeUndefined();
});

test('a record of objects is sorted by name', () => {
  expect(recordOfReferences({ b: ['ko2' as KRef, 'B'], a: ['ko1' as KRef, 'A'] })).toEqual({
    body: '#{"a":"$0.Alleged: A","b":"$1.Alleged: B"}',
    slots: ['ko1', 'ko2'],
  });
});
