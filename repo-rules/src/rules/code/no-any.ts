import ts from 'typescript';
import { isShipped, type Rule } from '../../repository.js';
import { placeOf, walk } from '../../syntax.js';

/** No type in a package's src is given up. */
export const noAny: Rule = ({ files }) =>
  files
    .filter(({ path }) => isShipped(path))
    .flatMap((file) => {
      const found: string[] = [];
      walk(file, (node) => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${placeOf(node)}: the type any`);
      });
      return found;
    });
