/** Damage to the text of a record, whatever it means. */
import type { Dice } from './dice.js';

const nested = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}${close.repeat(depth)}`;

/** Pieces that parsers and translators stumble over. */
const PIECES: readonly string[] = [
  '"__proto__":{"n":1},',
  '"__proto__":null,',
  '"toString":1,',
  '"constructor":{"prototype":null},',
  '"n":1,',
  '"n":2,"n":3,',
  '"status":["ok"],',
  '"syscalls":[],',
  '"usage":{"computrons":1e999},',
  '"slots":[],',
  '"body":"#[]",',
  '"result":"p-1",',
  '"length":4294967296,',
  '1e999',
  '-0',
  '1e-7',
  '9007199254740993',
  '9'.repeat(400),
  '-1',
  'null',
  'true',
  '{}',
  '[]',
  '""',
  '"o-1"',
  '"p-1"',
  '"p+5"',
  '"ko1"',
  '"d-1"',
  '"\\ud800"',
  '"\\u0000"',
  '\ud800',
  '\udfff',
  '\u0000',
  '\ufeff',
  '\u2028',
  '\\',
  '"',
  ',',
  ':',
  '{',
  '}',
  '[',
  ']',
  nested(300, '[', ']'),
  nested(20_000, '[', ']'),
  nested(2_000, '{"a":', '}'),
  '['.repeat(3_000),
];
/** Longer than what the parser takes in at once: the same text goes another way. */
const PADDING = ' '.repeat(17_000);

const splice = (text: string, at: number, removed: number, put = ''): string =>
  text.slice(0, at) + put + text.slice(at + removed);

/** Where a piece means something: before a value or a member. */
const afterPunctuation = (dice: Dice, text: string): number => {
  const places = [...text.matchAll(/[[{,:]/g)].map(({ index }) => index + 1);
  return places.length === 0 ? 0 : dice.pick(places);
};

type Damage = (dice: Dice, text: string) => string;

const DAMAGES: readonly Damage[] = [
  // A bit flips.
  (dice, text) => {
    const at = dice.below(text.length);
    const flipped = text.charCodeAt(at) ^ (1 << dice.below(dice.chance(80) ? 7 : 16));
    return splice(text, at, 1, String.fromCharCode(flipped));
  },
  (dice, text) => text.slice(0, dice.below(text.length)),
  (dice, text) => splice(text, dice.below(text.length), 1 + dice.below(12)),
  (dice, text) => splice(text, dice.below(text.length), 0, dice.pick(PIECES)),
  (dice, text) => splice(text, afterPunctuation(dice, text), 0, dice.pick(PIECES)),
  (dice, text) => splice(text, afterPunctuation(dice, text), 0, dice.pick(PIECES)),
  // A part of it comes twice.
  (dice, text) => {
    const from = dice.below(text.length);
    return splice(text, from, 0, text.slice(from, from + 1 + dice.below(60)));
  },
  // A key comes twice, with one value of the record or another.
  (dice, text) => {
    const keys = [...text.matchAll(/"[a-z]+":/gi)].map(([key]) => key);
    if (keys.length === 0) return text;
    return splice(text, text.indexOf('{') + 1, 0, `${dice.pick(keys)}${dice.pick(PIECES)},`);
  },
  // A number is another one.
  (dice, text) => {
    const numbers = [...text.matchAll(/[0-9]+/g)];
    if (numbers.length === 0) return text;
    const { index, 0: digits } = dice.pick(numbers);
    const put = dice.pick([
      '0',
      '1',
      '2',
      '99',
      '1e3',
      '0.5',
      '01',
      '9'.repeat(400),
      '9007199254740992',
    ]);
    return splice(text, index, digits.length, put);
  },
  // A key or a tag is the name of something that each object has.
  (dice, text) => {
    const words = [...text.matchAll(/"[a-z]+"/gi)];
    if (words.length === 0) return text;
    const { index, 0: word } = dice.pick(words);
    const put = dice.pick(['"__proto__"', '"toString"', '"constructor"', '"valueOf"', '"toJSON"']);
    return splice(text, index, word.length, put);
  },
];

export const damageText = (dice: Dice, text: string): string => {
  const damaged = text === '' ? dice.pick(PIECES) : dice.pick(DAMAGES)(dice, text);
  return dice.chance(10) ? splice(damaged, afterPunctuation(dice, damaged), 0, PADDING) : damaged;
};
