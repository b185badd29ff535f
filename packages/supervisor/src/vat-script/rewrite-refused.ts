/**
 * SES refuses to evaluate a source that has what looks like an HTML comment or an `import()`, and many a template has one
 * in the strings of the code that it is compiled to. A vat's own `eval` and `Function` take such a source all the same:
 * what is refused is written with an escape sequence where it is part of a string, a template or a comment. Where this
 * takes code for one of those, what it writes is no JavaScript, and the source is refused as before: it never becomes
 * another program.
 */
import { hasRefused } from './refused-source.js';

const ESCAPED: readonly (readonly [text: string, escaped: string])[] = [
  ['<!--', '<!-\\x2d'],
  ['-->', '--\\x3e'],
  ['import', 'i\\x6dport'],
];

const IN_WORD = /[\w$\u0080-\uffff]/;
/** What is followed by a value, and not by an operator. */
const BEFORE_VALUE: ReadonlySet<string> = new Set(
  'await case delete do else in instanceof new of return throw typeof void yield'.split(' '),
);

const escape = (text: string): string =>
  ESCAPED.reduce((escaped, [found, written]) => escaped.replaceAll(found, written), text);

const makeScanner = (source: string) => {
  const parts: string[] = [];
  let at = 0;
  /** The last token: a word, or a character. */
  let last = '';
  let beforeLast = '';
  /** For each template that is open: how many braces are open in its `${`. */
  const templates: number[] = [];

  const token = (text: string): void => {
    beforeLast = last;
    last = text;
  };
  /** An operator may follow, and not a value. */
  const afterValue = (): boolean =>
    /^[)\]}'"`]$/.test(last) ||
    (IN_WORD.test(last) && (beforeLast === '.' || !BEFORE_VALUE.has(last)));

  const copy = (end: number): void => {
    parts.push(source.slice(at, end));
    at = end;
  };
  const rewrite = (end: number): void => {
    parts.push(escape(source.slice(at, end)));
    at = end;
  };
  const endOf = (text: string, from: number): number => {
    const found = source.indexOf(text, from);
    return found < 0 ? source.length : found + text.length;
  };
  /** After the first of the marks that no backslash precedes. */
  const endOfText = (from: number, isEnd: (at: number) => number): number => {
    for (let end = from; end < source.length; end += 1) {
      if (source[end] === '\\') end += 1;
      else {
        const length = isEnd(end);
        if (length > 0) return end + length;
      }
    }
    return source.length;
  };

  const word = (): void => {
    const start = at;
    let end = at;
    while (end < source.length && IN_WORD.test(source.charAt(end))) end += 1;
    copy(end);
    token(source.slice(start, end));
  };
  const string = (quote: string): void => {
    rewrite(endOfText(at + 1, (end) => (source[end] === quote ? 1 : 0)));
    token(quote);
  };
  /** @param isTagged its tag sees the text as it is written, which therefore stays */
  const template = (isTagged: boolean): void => {
    const end = endOfText(at + 1, (here) => {
      if (source[here] === '`') return 1;
      return source.startsWith('${', here) ? 2 : 0;
    });
    if (isTagged) copy(end);
    else rewrite(end);
    if (source[end - 1] === '{') templates.push(isTagged ? -1 : 0, 0);
    token(source[end - 1] ?? '');
  };
  const regExp = (): void => {
    let inClass = false;
    copy(
      endOfText(at + 1, (end) => {
        if (source[end] === '[') inClass = true;
        else if (source[end] === ']') inClass = false;
        return (source[end] === '/' && !inClass) || source[end] === '\n' ? 1 : 0;
      }),
    );
    token(')');
  };
  const brace = (by: number): void => {
    const open = templates.at(-1);
    if (by < 0 && open === 0) {
      templates.pop();
      template(templates.pop() === -1);
      return;
    }
    if (open !== undefined) templates[templates.length - 1] = open + by;
    copy(at + 1);
    token(by > 0 ? '{' : '}');
  };

  const step = (): void => {
    const character = source.charAt(at);
    if (IN_WORD.test(character)) word();
    else if (source.startsWith('//', at)) rewrite(endOf('\n', at));
    else if (source.startsWith('/*', at)) rewrite(endOf('*/', at + 2));
    else if (character === '"' || character === "'") string(character);
    else if (character === '`') template(afterValue());
    else if (character === '/' && !afterValue()) regExp();
    else if (character === '{') brace(1);
    else if (character === '}') brace(-1);
    else {
      copy(at + 1);
      if (!/\s/.test(character)) token(character);
    }
  };

  return (): string => {
    while (at < source.length) step();
    return parts.join('');
  };
};

export const rewriteRefused = (source: string): string =>
  hasRefused(source) ? makeScanner(source)() : source;
