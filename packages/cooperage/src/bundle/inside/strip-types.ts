/** TypeScript as Node itself takes it: types are blanked out, and every line stays where it was. */
import { CooperageError } from '@cooperage/types';
import amaro from 'amaro';

/** What the stripper throws; not an Error. */
interface Complaint {
  readonly code?: string;
  readonly message?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

/** @throws {CooperageError} `BAD_BUNDLE` */
export const stripTypes = (source: string, path: string): string => {
  try {
    return amaro.transformSync(source, { mode: 'strip-only' }).code;
  } catch (thrown) {
    const { code, message = String(thrown), startLine = 1, startColumn = 0 } = thrown as Complaint;
    const hint =
      code === 'UnsupportedSyntax'
        ? '; vats may use TypeScript whose types can be erased ("erasableSyntaxOnly" in tsconfig.json)'
        : '';
    throw new CooperageError(
      'BAD_BUNDLE',
      `${path}:${startLine}:${startColumn + 1}: ${message.replace(/ in strip-only mode$/, '')}${hint}`,
    );
  }
};
