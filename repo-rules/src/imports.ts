import { posix } from 'node:path';
import ts from 'typescript';
import type { TextFile } from './repository.js';
import { placeOf, walk } from './syntax.js';

export interface Import {
  readonly specifier: string;
  readonly place: string;
}

const specifierOf = (node: ts.Node): ts.Node | undefined => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  }
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return node.arguments[0];
  }
  return undefined;
};

/** Everything a file imports, in each of the language's ways, imports of types included. */
export const importsOf = (file: TextFile): Import[] => {
  const imports: Import[] = [];
  walk(file, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
      imports.push({ specifier: specifier.text, place: placeOf(node) });
    }
  });
  return imports;
};

export const isRelative = (specifier: string): boolean => /^\.{1,2}(\/|$)/.test(specifier);

/** The package of a specifier: `@endo/marshal` of `@endo/marshal/encode.js`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The path of the file that a relative import means; TypeScript imports sources by their built names. */
export const resolveRelative = (from: string, specifier: string): string => {
  const path = posix.join(posix.dirname(from), specifier);
  return /\.m?ts$/.test(from) ? path.replace(/\.(m?)js$/, '.$1ts') : path;
};
