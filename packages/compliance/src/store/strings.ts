/** Strings that a store is most likely to get wrong: empty, NUL, lone surrogates, order beyond the BMP. */
export const ODD_STRINGS: readonly string[] = [
  '',
  '\0',
  '\0\0',
  '\0\x01',
  '\x01',
  'a',
  'a\0',
  'a\0b',
  'a\x01',
  'ab',
  '\x7f',
  '\x80',
  'é',
  '\u07ff',
  '\u0800',
  '\ud7ff',
  '\ud800',
  '\ud800a',
  // A pair: by code point above U+E000, by code unit below it.
  '\u{1f600}',
  '\udc00',
  '\ue000',
  '\ufffd',
  '\uffff',
];

/** Ascending by UTF-16 code unit, which is what sorting without a comparator does. */
export const inKeyOrder = (keys: Iterable<string>): string[] => [...keys].sort();
