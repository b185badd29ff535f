/**
 * What SES refuses to evaluate, by the patterns that SES has (`ses/src/transforms.js`, which exports none of them): what
 * may be an `import()`, an HTML comment, or a direct `eval`.
 */
import { CooperageError } from '@cooperage/types';

const REFUSED: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an HTML comment', /<!--|-->/],
  ['an import expression', /(?:^|[^.]|\.\.\.)\bimport\s*(?:\(|\/[/*])/],
  ['a direct eval', /(?:^|[^.])\beval\s*\(/],
];

/** @throws {CooperageError} `BAD_BUNDLE` */
export const insistAllowedSource = (source: string): void => {
  for (const [what, pattern] of REFUSED) {
    const found = pattern.exec(source);
    if (found === null) continue;
    const line = source.slice(0, found.index + 1).split('\n').length;
    throw new CooperageError(
      'BAD_BUNDLE',
      `the script of the bundle may have ${what} in line ${line}, which vats may not evaluate; ` +
        'make the bundle with "cooperage bundle"',
    );
  }
};
