import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPlace, JsonTextError, parseJsonText } from '../../src/config/json-text.js';

const mistake = (text: string): string => {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError)
      return `${formatPlace(text, error.offset)} ${error.message}`;
    throw error;
  }
  throw Error('no mistake was found');
};

describe('JSON with places', () => {
  test('agrees with JSON.parse on every JSON text', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(3), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(parseJsonText(spaced).value).toEqual(JSON.parse(spaced));
      }),
    );
  });

  test('accepts no text that JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (text, at, noise) => {
        const place = at % (text.length + 1);
        const broken = text.slice(0, place) + noise + text.slice(place + 1);
        let value: unknown;
        try {
          value = parseJsonText(broken).value;
        } catch (error) {
          expect(error).toBeInstanceOf(JsonTextError);
          return;
        }
        expect(value).toEqual(JSON.parse(broken));
      }),
    );
  });

  test.each([
    ['{"a": 1,}', '1:8 a "," before "}"'],
    ['{"a" 1}', '1:6 expected ":" after the key, found "1"'],
    ['{\n  "a": tru\n}', '2:8 expected a value, found "t"'],
    ["{'a': 1}", '1:2 strings must be in double quotes'],
    ['{"a": 1 // one\n}', '1:9 expected "," or "}" after a value, found "/"'],
    ['// one\n{}', '1:1 JSON has no comments'],
    ['{"a": 1, "a": 2}', '1:10 the key "a" is given twice'],
    ['[1', '1:3 expected "," or "]" after a value, found the end of the file'],
    ['{} {}', '1:4 expected the end of the file, found "{"'],
    [
      '"\\x"',
      '1:1 this string does not end on its line, or has an escape that JSON does not allow',
    ],
    ['', '1:1 expected a value, found the end of the file'],
  ])('says where %j is wrong', (text, message) => {
    expect(mistake(text)).toBe(message);
  });

  test('knows where each value stands', () => {
    const text = '{\n  "a": [1, {"b": 2}]\n}';
    const { offsetOf } = parseJsonText(text);
    expect(formatPlace(text, offsetOf(['a', 1, 'b']))).toBe('2:18');
    expect(formatPlace(text, offsetOf(['a', 7]))).toBe('2:8');
    expect(formatPlace(text, offsetOf(['nope']))).toBe('1:1');
  });

  test('a key named __proto__ is a key', () => {
    const { value } = parseJsonText('{"__proto__": {"x": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect((value as { x?: unknown }).x).toBeUndefined();
  });
});
