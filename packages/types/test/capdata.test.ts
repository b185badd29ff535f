import { describe, expect, it } from 'vitest';
import { errorCapData, insistCapData, insistVRef, soleObject, solePromise } from '../src/index.js';

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
