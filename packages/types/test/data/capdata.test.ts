import { describe, expect, it } from 'vitest';
import {
  errorCapData,
  insistCapData,
  insistVRef,
  LIMITS,
  parseSlotText,
  soleObject,
  solePromise,
} from '../../src/index.js';

describe('capdata', () => {
  it('is a body and slots, each checked', () => {
    const data = { body: '#"$0"', slots: ['o-1'], more: 1 };
    expect(insistCapData(data, insistVRef)).toEqual({ body: '#"$0"', slots: ['o-1'] });
  });

  it.each([null, 5, [], {}, { body: 5, slots: [] }, { body: '', slots: 'o-1' }])(
    'is not %j',
    (value) => {
      expect(() => insistCapData(value, insistVRef)).toThrow(
        expect.objectContaining({ code: 'BAD_CAPDATA' }),
      );
    },
  );

  it('is checked slot by slot', () => {
    expect(() => insistCapData({ body: '', slots: ['ko1'] }, insistVRef)).toThrow(
      expect.objectContaining({ code: 'BAD_REFERENCE' }),
    );
  });
});

describe('what messages that wait go to', () => {
  it.each(['#"$0"', '#"$0.Alleged: counter"', '#"$0.with \\" and \\\\ in it"'])(
    'is the object of %s',
    (body) => {
      expect(soleObject({ body, slots: ['ko1'] })).toBe('ko1');
    },
  );

  it.each([
    ['#["$0"]', ['ko1']],
    ['#"$1"', ['ko1', 'ko2']],
    ['#"!$0"', ['ko1']],
    ['#"&0"', ['kp1']],
    ['#5', []],
  ])('is nothing for %s', (body, slots) => {
    expect(soleObject({ body, slots })).toBe(undefined);
  });

  it.each(['#"$0.a"b"', '#"$0.a\\"', '#"$0.a', '#"$0', '#"$0x"', '#"$00"', '#"$0.a" '])(
    'is nothing for the text %s, which is no lone reference',
    (body) => {
      expect(soleObject({ body, slots: ['ko1'] })).toBe(undefined);
    },
  );

  it.each(['# "&0"', '#\n\t"&0"\r ', '#"&000"'])('is the promise of %j', (body) => {
    expect(solePromise({ body, slots: ['kp1'] })).toBe('kp1');
  });

  it.each(['"&0"', '#"&"', '#"&0', '#"&0"x', '#\u00a0"&0"', '#"&1"', `#"&${'9'.repeat(30)}"`])(
    'is no promise for %j',
    (body) => {
      expect(solePromise({ body, slots: ['kp1'] })).toBe(undefined);
    },
  );

  it('is found in a text of any length', () => {
    const most = LIMITS.capdataLength;
    expect(soleObject({ body: `#"$0.${'a'.repeat(most)}"`, slots: ['ko1'] })).toBe('ko1');
    expect(soleObject({ body: `#"$0.${'\\"'.repeat(most / 2)}"`, slots: ['ko1'] })).toBe('ko1');
    expect(soleObject({ body: `#"$0.${'\\'.repeat(most)}`, slots: ['ko1'] })).toBe(undefined);
    const blank = ' '.repeat(most / 2);
    expect(solePromise({ body: `#${blank}"&0"${blank}`, slots: ['kp1'] })).toBe('kp1');
    expect(solePromise({ body: `#"&${'0'.repeat(most)}"`, slots: ['kp1'] })).toBe(undefined);
  });

  it('a lone promise is told apart', () => {
    expect(solePromise({ body: '#"&0"', slots: ['kp1'] })).toBe('kp1');
    expect(solePromise({ body: '#["&0"]', slots: ['kp1'] })).toBe(undefined);
  });
});

it('an error is data with a message and a name', () => {
  expect(errorCapData('no "luck"', 'RangeError')).toEqual({
    body: '#{"#error":"no \\"luck\\"","name":"RangeError"}',
    slots: [],
  });
});

it('an error whose message begins as something else does in smallcaps is still a text', () => {
  expect(errorCapData("'indexOf' is read-only").body).toBe(
    '#{"#error":"!\'indexOf\' is read-only","name":"Error"}',
  );
});

describe('a reference in a body', () => {
  it.each([
    ['$0', { sigil: '$', index: 0, iface: undefined }],
    ['&12', { sigil: '&', index: 12, iface: undefined }],
    ['$1.Alleged: a.b', { sigil: '$', index: 1, iface: 'Alleged: a.b' }],
    [`$${'1'.repeat(17)}`, { sigil: '$', index: Infinity, iface: undefined }],
    ['$1.', { sigil: '$', index: 1, iface: '' }],
    ['$1.\n', { sigil: '$', index: 1, iface: '\n' }],
  ])('%j', (text, parts) => {
    expect(parseSlotText(text)).toEqual(parts);
  });

  it.each(['', '$', '$x', '$0x', '!$0', '0', '$-1', '$ 1'])('%j is none', (text) => {
    expect(parseSlotText(text)).toBe(undefined);
  });

  it('has an interface of any length', () => {
    const iface = 'a'.repeat(LIMITS.capdataLength);
    expect(parseSlotText(`$0.${iface}`)?.iface).toBe(iface);
  });
});

it('the text of an error is cut, in the middle of no character', () => {
  const { body } = errorCapData('x'.repeat(LIMITS.capdataLength));
  expect(body.length).toBeLessThan(LIMITS.reasonLength + 100);
  expect(errorCapData('💥'.repeat(LIMITS.reasonLength)).body).not.toContain('\\ud83d');
});
