import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_ONCE, finishWork, makePace, parseJsonInSlices, type Pace } from '../../src/index.js';

const BOUNDS = { depth: 50, values: 100_000, members: 100 };
const parse = (text: string, bounds = BOUNDS, pace: Pace = AT_ONCE): unknown =>
  finishWork(parseJsonInSlices(text, bounds, pace));

/** Strings with all that is special in a JSON string, at every distance from the places where long ones are cut. */
const longString = fc
  .tuple(
    fc.constantFrom(
      '\\\\',
      '\\"',
      '\\u0041',
      '\\ud83d\\ude00',
      '\\n',
      'x',
      '\u20ac',
      '\\\\u',
      'u0',
    ),
    fc.nat({ max: 12 }),
    fc.constantFrom('\\\\', '\\"', '\\u00e9', 'y', '\\\\\\\\'),
  )
  .map(
    ([unit, offset, last]) => `"${'-'.repeat(offset)}${unit.repeat(70_000 / unit.length)}${last}"`,
  );

describe('JSON in slices', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t'), (text, space) => {
        const spaced = JSON.stringify(JSON.parse(text), null, space);
        expect(parse(spaced)).toEqual(JSON.parse(text));
        expect(parse(` ${text}\r\n`)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('of long strings, too', () => {
    fc.assert(
      fc.property(longString, (text) => {
        expect(parse(`[${text},1]`)).toEqual([JSON.parse(text), 1]);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses whatever JSON.parse refuses', () => {
    const mutated = fc
      .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.constantFrom(...'[]{},:"\\ \u0000-.eE0tfn'))
      .map(([text, at, character]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + character + text.slice(place + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string()), (text) => {
        let expected: unknown;
        let isGood = true;
        try {
          expected = JSON.parse(text);
        } catch {
          isGood = false;
        }
        if (isGood) expect(parse(text)).toEqual(expected);
        else expect(() => parse(text)).toThrow(SyntaxError);
      }),
      { numRuns: 500 },
    );
  });

  it('makes members of whatever name', () => {
    const value = parse('{"__proto__":{"a":1},"constructor":2,"a":3,"a":4}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.entries(value)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
      ['a', 4],
    ]);
  });

  it('has bounds', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parse(nested(50))).toBeDefined();
    expect(() => parse(nested(51))).toThrow('nested more than 50 deep');
    expect(() => parse(nested(5_000_000))).toThrow('nested more than 50 deep');
    expect(() => parse('{"a":1,"b":2}', { ...BOUNDS, members: 1 })).toThrow('more than 1 members');
    expect(parse('[1,[2]]', { ...BOUNDS, values: 4 })).toEqual([1, [2]]);
    expect(() => parse('[1,[2]]', { ...BOUNDS, values: 3 })).toThrow(RangeError);
    expect(() => parse('1'.repeat(1_000_000))).toThrow(SyntaxError);
    expect(() => parse(`[${' '.repeat(1_000_000)}1]`)).toThrow('nothing but blanks');
  });

  it.each([
    ['numbers', `[${'0,'.repeat(50_000)}0]`],
    ['empty arrays', `[${'[],'.repeat(30_000)}0]`],
    ['a long string', `"${'x'.repeat(2_000_000)}"`],
    ['a string of escapes', `"${'\\"'.repeat(500_000)}"`],
    ['a string that has no end', `"${'\\"'.repeat(500_000)}`],
  ])('%s: no slice is long', (_, text) => {
    // However much one slice spends at once.
    let most = 0;
    let yields = 0;
    const pace = makePace(100);
    const work = parseJsonInSlices(
      text,
      { ...BOUNDS, values: 200_000 },
      {
        spend: (units) => {
          most = Math.max(most, units);
          return pace.spend(units);
        },
      },
    );
    try {
      while (work.next().done !== true) yields += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
    }
    expect(most).toBeLessThan(1_000);
    expect(yields).toBeGreaterThan(4);
  });
});
