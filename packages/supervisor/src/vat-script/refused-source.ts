/**
 * What SES refuses to evaluate (`ses/src/transforms.js`, which exports none of its patterns): what may be an `import()`, an
 * HTML comment, or a direct `eval`. Words are looked for, and then what is around them: an engine that interprets patterns
 * takes a thousand times as long for a pattern.
 */
import { CooperageError } from '@cooperage/types';

const SPACE = /\s/;

const charAfterSpace = (source: string, from: number): number => {
  let at = from;
  while (at < source.length && SPACE.test(source.charAt(at))) at += 1;
  return at;
};

interface Refused {
  readonly what: string;
  readonly text: string;
  /** It is a word, and no property's name; and it is followed by one of these, after any space. None: it is refused as it is. */
  readonly before?: readonly string[];
  /** What follows `...` is no property's name. */
  readonly spread?: boolean;
}

const REFUSED: readonly Refused[] = [
  { what: 'an HTML comment', text: '<!--' },
  { what: 'an HTML comment', text: '-->' },
  { what: 'an import expression', text: 'import', before: ['(', '//', '/*'], spread: true },
  { what: 'a direct eval', text: 'eval', before: ['('] },
];

const WORD = /\w/;

/** `(?:^|[^.]|\.\.\.)\b` and `(?:^|[^.])\b` of SES's patterns. */
const beginsWord = (source: string, at: number, spread: boolean): boolean => {
  if (at === 0 || (spread && source.startsWith('...', at - 3))) return true;
  const before = source.charAt(at - 1);
  return before !== '.' && !WORD.test(before);
};

const find = (source: string, { text, before, spread = false }: Refused): number | undefined => {
  for (let at = source.indexOf(text); at >= 0; at = source.indexOf(text, at + 1)) {
    if (before === undefined) return at;
    if (!beginsWord(source, at, spread)) continue;
    const end = charAfterSpace(source, at + text.length);
    if (before.some((next) => source.startsWith(next, end))) return at;
  }
  return undefined;
};

/** Whether SES refuses it, whatever evaluates it. */
export const hasRefused = (source: string): boolean =>
  REFUSED.some((refused) => refused.text !== 'eval' && find(source, refused) !== undefined);

/** @throws {CooperageError} `BAD_BUNDLE` */
export const insistAllowedSource = (source: string): void => {
  for (const refused of REFUSED) {
    const at = find(source, refused);
    if (at === undefined) continue;
    const line = source.slice(0, at).split('\n').length;
    throw new CooperageError(
      'BAD_BUNDLE',
      `the script of the bundle may have ${refused.what} in line ${line}, which vats may not evaluate; ` +
        'make the bundle with "cooperage bundle"',
    );
  }
};
