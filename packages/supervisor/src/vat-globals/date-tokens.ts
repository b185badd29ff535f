/**
 * The words of a date's text. Every engine reads other texts as dates than the language asks for; vats read them
 * all as V8 does, but on every engine, in every version, and in UTC.
 */
export type DateToken =
  | {
      readonly kind: 'number';
      readonly value: number;
      /** Digits, leading zeros included. */
      readonly length: number;
    }
  | { readonly kind: 'symbol'; readonly symbol: string }
  | { readonly kind: 'word'; readonly word: DateWord; readonly length: number }
  | { readonly kind: 'space' }
  /** Without meaning: punctuation, and text in parentheses. */
  | { readonly kind: 'other' }
  | { readonly kind: 'end' };

export type DateWord =
  | { readonly means: 'month'; readonly value: number }
  | { readonly means: 'half'; readonly value: 0 | 12 }
  | { readonly means: 'zone'; readonly value: number }
  | { readonly means: 'time' }
  | { readonly means: 'nothing' };

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
/** Hours east of UTC. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['utc', 0],
  ['z', 0],
  ['gmt', 0],
  ['est', -5],
  ['edt', -4],
  ['cst', -6],
  ['cdt', -5],
  ['mst', -7],
  ['mdt', -6],
  ['pst', -8],
  ['pdt', -7],
]);
/** Letters of a month that count, and of the longest of the other words. */
const LETTERS = 3;
/** Digits of a number that count, after leading zeros. */
const DIGITS = 9;

/** Lower case for ASCII only: which other letters have one depends on the version of Unicode. */
const lower = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));

const wordOf = (text: string): DateWord => {
  const word = lower(text.slice(0, LETTERS));
  const month = MONTHS.indexOf(word);
  if (month >= 0) return { means: 'month', value: month + 1 };
  if (text.length > LETTERS) return { means: 'nothing' };
  if (word === 'am' || word === 'pm') return { means: 'half', value: word === 'am' ? 0 : 12 };
  if (word === 't') return { means: 'time' };
  const zone = ZONES.get(word);
  return zone === undefined ? { means: 'nothing' } : { means: 'zone', value: zone };
};

/** Line separators beyond ASCII are letters to V8, and so they are here. */
const SPACE = /[^\S\u2028\u2029]/;

const isDigit = (char: string): boolean => char >= '0' && char <= '9';
const isSpace = (char: string): boolean => SPACE.test(char);
const isLetter = (char: string): boolean => char >= 'A' && !isSpace(char);

const numberOf = (digits: string): number => {
  let start = 0;
  while (digits[start] === '0') start += 1;
  return Number(digits.slice(start, start + DIGITS) || '0');
};

export interface DateTokens {
  /** The token that is next. */
  readonly peek: DateToken;
  take(): DateToken;
  /** @returns whether that symbol was next, and was taken */
  skip(symbol: string): boolean;
}

export const makeDateTokens = (text: string): DateTokens => {
  let at = 0;
  const run = (belongs: (char: string) => boolean): string => {
    const from = at;
    while (at < text.length && belongs(text.charAt(at))) at += 1;
    return text.slice(from, at);
  };
  const skipParentheses = (): void => {
    let depth = 0;
    do {
      const char = text.charAt(at);
      if (char === '(') depth += 1;
      if (char === ')') depth -= 1;
      at += 1;
    } while (depth > 0 && at < text.length);
  };

  const scan = (): DateToken => {
    if (at >= text.length) return { kind: 'end' };
    const char = text.charAt(at);
    if (isDigit(char)) {
      const digits = run(isDigit);
      return { kind: 'number', value: numberOf(digits), length: digits.length };
    }
    if (':-+.)'.includes(char)) {
      at += 1;
      return { kind: 'symbol', symbol: char };
    }
    if (isLetter(char)) {
      const word = run(isLetter);
      return { kind: 'word', word: wordOf(word), length: word.length };
    }
    if (isSpace(char)) {
      run(isSpace);
      return { kind: 'space' };
    }
    if (char === '(') skipParentheses();
    else at += 1;
    return { kind: 'other' };
  };

  let next = scan();
  const take = (): DateToken => {
    const taken = next;
    next = scan();
    return taken;
  };
  return {
    get peek() {
      return next;
    },
    take,
    skip: (symbol) => {
      if (next.kind !== 'symbol' || next.symbol !== symbol) return false;
      take();
      return true;
    },
  };
};
