/**
 * JSON that a guest made, parsed in slices: `JSON.parse` of millions of characters holds up whatever else the thread has to
 * do, for seconds where they are nothing but brackets.
 *
 * Bounds are checked on the way, so that what is too deep or too much costs no more than what may be.
 */
import { messageOf } from './foreign-value.js';
import type { Pace, Work } from '../work.js';

export interface JsonBounds {
  /** How deep arrays and records may be in one another. */
  readonly depth: number;
  /** Values, the text and its members included. */
  readonly values: number;
  /** Members of one record. */
  readonly members: number;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_RECORD = 123;
const CLOSE_RECORD = 125;
const LETTER_U = 117;

/** Characters of a string that are parsed at once. */
const PIECE = 65_536;
/** Characters that are looked at for one unit of work. */
const CHARACTERS = 1_000;
/** More blanks in a row than anybody writes. */
const MOST_BLANKS = 1_000;
/** Work for one value. */
const VALUE = 0.1;
/** More characters than any number or word that says something. */
const LONGEST_ATOM = 40;

const bad = (detail: string, at: number): SyntaxError =>
  new SyntaxError(`${detail} at character ${at}`);

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Of a number or a word. */
const isOfAtom = (code: number): boolean =>
  code !== COMMA && code !== CLOSE_ARRAY && code !== CLOSE_RECORD && code > 32;

/** How many backslashes stand before `at`. */
const backslashesBefore = (text: string, at: number, from: number): number => {
  let count = 0;
  while (at - 1 - count >= from && text.charCodeAt(at - 1 - count) === BACKSLASH) count += 1;
  return count;
};

/** The first place from `at` on that is in no escape sequence; the string's content begins at `from`. */
const outsideEscape = (text: string, at: number, from: number): number => {
  if (backslashesBefore(text, at, from) % 2 === 1) {
    return text.charCodeAt(at) === LETTER_U ? at + 5 : at + 1;
  }
  for (let back = 1; back <= 4; back += 1) {
    const u = at - back;
    if (u <= from || text.charCodeAt(u) !== LETTER_U) continue;
    if (backslashesBefore(text, u, from) % 2 === 1) return u + 5;
  }
  return at;
};

/** Where the string that is open at `from` is closed; -1 where it is not. */
export const endOfString = function* (text: string, from: number, pace: Pace): Work<number> {
  for (let at = from; ; at += 1) {
    const found = text.indexOf('"', at);
    if (found === -1) return -1;
    if (pace.spend(1 + (found - at) / CHARACTERS / 10)) yield;
    if (backslashesBefore(text, found, from) % 2 === 0) return found;
    at = found;
  }
};

const parsePiece = (text: string, from: number, to: number): string => {
  try {
    return JSON.parse(`"${text.slice(from, to)}"`) as string;
  } catch (error) {
    throw bad(messageOf(error), from);
  }
};

/** The string between two quotes. A copy: it must not keep the whole text in memory. */
const stringBetween = function* (text: string, from: number, to: number, pace: Pace): Work<string> {
  if (to - from <= PIECE) return parsePiece(text, from, to);
  let value = '';
  for (let at = from; at < to;) {
    const end = at + PIECE >= to ? to : Math.min(to, outsideEscape(text, at + PIECE, from));
    value += parsePiece(text, at, end);
    at = end;
    if (pace.spend(PIECE / CHARACTERS)) yield;
  }
  return value;
};

/** An array or a record that is not closed yet. */
interface Open {
  /** What closes it. */
  readonly end: typeof CLOSE_ARRAY | typeof CLOSE_RECORD;
  readonly values: unknown[];
  /** Of a record; the last one is that of the value which comes next. */
  readonly keys: string[];
}

const valueOf = ({ end, values, keys }: Open): unknown =>
  end === CLOSE_ARRAY ? values : Object.fromEntries(keys.map((key, i) => [key, values[i]]));

/**
 * As `JSON.parse`.
 *
 * @throws {SyntaxError} also where it exceeds the bound of depth or members
 * @throws {RangeError} where it has too many values
 */
export const parseJsonInSlices = function* (
  text: string,
  bounds: JsonBounds,
  pace: Pace,
): Work<unknown> {
  const open: Open[] = [];
  let at = 0;
  let count = 0;

  const skipBlanks = (): number => {
    const from = at;
    while (at - from <= MOST_BLANKS && isBlank(text.charCodeAt(at))) at += 1;
    if (at - from > MOST_BLANKS) throw bad('nothing but blanks', from);
    return text.charCodeAt(at);
  };
  const readString = function* (): Work<string> {
    if (text.charCodeAt(at) !== QUOTE) throw bad('a string is missing', at);
    const end = yield* endOfString(text, at + 1, pace);
    if (end === -1) throw bad('a string has no end', at);
    const value = yield* stringBetween(text, at + 1, end, pace);
    at = end + 1;
    return value;
  };
  const readKey = function* ({ end, keys }: Open): Work {
    if (end === CLOSE_ARRAY) return;
    if (keys.length >= bounds.members) {
      throw bad(`a record of more than ${bounds.members} members`, at);
    }
    skipBlanks();
    keys.push(yield* readString());
    if (skipBlanks() !== COLON) throw bad('a colon is missing', at);
    at += 1;
  };
  const readAtom = (): unknown => {
    let end = at;
    while (end - at <= LONGEST_ATOM && isOfAtom(text.charCodeAt(end))) end += 1;
    try {
      const value: unknown = JSON.parse(text.slice(at, end));
      at = end;
      return value;
    } catch {
      throw bad('a value is missing', at);
    }
  };

  for (;;) {
    // A value begins here.
    if (pace.spend(VALUE)) yield;
    count += 1;
    if (count > bounds.values) throw new RangeError(`it has more than ${bounds.values} values`);
    const first = skipBlanks();
    let value: unknown;
    if (first === OPEN_ARRAY || first === OPEN_RECORD) {
      const end = first === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_RECORD;
      const opened: Open = { end, values: [], keys: [] };
      if (open.length >= bounds.depth) throw bad(`nested more than ${bounds.depth} deep`, at);
      at += 1;
      if (skipBlanks() !== end) {
        open.push(opened);
        yield* readKey(opened);
        continue;
      }
      at += 1;
      value = valueOf(opened);
    } else value = first === QUOTE ? yield* readString() : readAtom();
    // It is whole, and so may be what it stands in.
    for (;;) {
      const next = skipBlanks();
      const holder = open.at(-1);
      if (holder === undefined) {
        if (at < text.length) throw bad('there is text after the value', at);
        return value;
      }
      holder.values.push(value);
      at += 1;
      if (next === COMMA) {
        yield* readKey(holder);
        break;
      }
      if (next !== holder.end) throw bad('a comma or an end is missing', at - 1);
      value = valueOf(holder);
      open.pop();
    }
  }
};
