/** Texts of dates are read as V8 reads them where the time zone is UTC. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDate } from '../../src/vat-globals/date-parser.js';

beforeAll(() => {
  process.env['TZ'] = 'UTC';
});

const WORDS =
  'jan February MAR sept Dec am PM Z z GMT UTC ut EST pdt T t Mon foo of th ü é_ PMX A'.split(' ');
const MARKS = [' ', '-', '/', ':', '.', ',', '+', '(', ')', '  ', '\t', '::', '\u00a0', '(a(b)c)'];
const ODD_MARKS = ['\n', '−', '\u2028', '\u180e', '\ufeff', '@', '[', '#'];
const NUMBERS =
  '0 00 000 1 5 09 12 13 24 31 32 59 60 99 524 1234 1970 2020 010203 1234567890'.split(' ');
const LIMITS = [
  '-271821-04-20T00:00:00Z',
  '-271821-04-19T23:00-02:00',
  '-271821-04-20T00:00+00:01',
  '+275760-09-13T01:00+02:00',
  '+275760-09-13T00:00:00.001Z',
  '-000000-01-01',
  '0000-01-01',
  '0050-02-29',
  '2020-02-31T10:00',
  '2020-06-01T24:00',
  '2020-06-01T24:01',
  '24:00 1/1/2020',
  '1',
  '',
];

/** Numbers from 0 to `n` - 1, of a seed. */
const makeChance = (seed: number) => {
  let state = seed;
  return (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
};

const makeTexts = (seed: number) => {
  const chance = makeChance(seed);
  const pick = (list: readonly string[]): string => list[chance(list.length)] as string;
  const number = (): string => pick(NUMBERS);
  const standard = (): string => new Date((chance(2 ** 31) - 2 ** 30) * 4_000).toISOString();
  const parts: readonly (() => string)[] = [
    number,
    () => pick(WORDS),
    () => pick(MARKS),
    () => pick([...ODD_MARKS, ...MARKS]),
  ];
  const part = (): string => (parts[chance(parts.length)] as () => string)();
  const forms: readonly (() => string)[] = [
    () => {
      const text = standard();
      const at = chance(text.length);
      return text.slice(0, at) + part() + text.slice(at + chance(3));
    },
    () => {
      const date = new Date(standard());
      return pick([date.toString(), date.toUTCString(), date.toLocaleString('en-US'), standard()]);
    },
    () => `${number()}-${number()}-${number()}T${number()}:${number()}${part()}${number()}`,
    () => `${pick(WORDS)} ${number()}, ${number()} ${number()}:${number()}:${number()} ${part()}`,
    () => `${number()}/${number()}/${number()} ${number()}:${number()} ${part()}${number()}`,
    () => Array.from({ length: 1 + chance(10) }, part).join(pick(['', ' '])),
    () => pick(LIMITS),
  ];
  return (): string => (forms[chance(forms.length)] as () => string)();
};

describe('a text of a date', () => {
  it.each(LIMITS)('%s is read as V8 reads it', (text) => {
    expect(parseDate(text)).toBe(Date.parse(text));
  });

  it('is read as V8 reads it, whatever is in it', () => {
    const text = makeTexts(1);
    const texts = Array.from({ length: 20_000 }, text);
    const differing = texts.filter((each) => !Object.is(parseDate(each), Date.parse(each)));
    expect(differing).toEqual([]);
    expect(texts.filter((each) => !Number.isNaN(parseDate(each))).length).toBeGreaterThan(5_000);
  });
});
