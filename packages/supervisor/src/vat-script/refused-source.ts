/**
 * What SES refuses to evaluate, as SES finds it (`ses/src/transforms.js`, which exports none of its patterns): what may be
 * an `import()`, an HTML comment, or a direct `eval`.
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
  /** It begins where this is found. */
  readonly start: RegExp;
  /** Where it is followed by one of these, after any space. None: it is refused as it is. */
  readonly before?: readonly string[];
}

const REFUSED: readonly Refused[] = [
  { what: 'an HTML comment', start: /<!--|-->/g },
  {
    what: 'an import expression',
    start: /(?:^|[^.]|\.\.\.)\bimport/g,
    before: ['(', '//', '/*'],
  },
  { what: 'a direct eval', start: /(?:^|[^.])\beval/g, before: ['('] },
];

const find = (source: string, { start, before }: Refused): number | undefined => {
  for (const found of source.matchAll(start)) {
    if (before === undefined) return found.index;
    const end = charAfterSpace(source, found.index + found[0].length);
    if (before.some((text) => source.startsWith(text, end))) return found.index;
  }
  return undefined;
};

/** @throws {CooperageError} `BAD_BUNDLE` */
export const insistAllowedSource = (source: string): void => {
  for (const refused of REFUSED) {
    const at = find(source, refused);
    if (at === undefined) continue;
    const line = source.slice(0, at + 1).split('\n').length;
    throw new CooperageError(
      'BAD_BUNDLE',
      `the script of the bundle may have ${refused.what} in line ${line}, which vats may not evaluate; ` +
        'make the bundle with "cooperage bundle"',
    );
  }
};
