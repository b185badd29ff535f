import ts from 'typescript';
import { pureCores, rowOfSpecifier } from '../../directions.js';
import { importsOf, isRelative, resolveRelative } from '../../imports.js';
import type { Rule, TextFile } from '../../repository.js';
import { placeOf, walk } from '../../syntax.js';

/** Time, randomness, scheduling, the collector, the process, input and output. */
const forbiddenGlobals = new Set([
  'Promise',
  'Date',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'WeakRef',
  'FinalizationRegistry',
  'process',
  'Buffer',
  'console',
  'fetch',
  'globalThis',
  'require',
  'eval',
]);

/** `x` in `a.x`, `{ x: 1 }` and `interface { x: T }` names a property, not a variable. */
const namesProperty = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isEnumMember(parent)) &&
    parent.name === node
  );
};

const isAsyncSyntax = (node: ts.Node): boolean =>
  ts.isAwaitExpression(node) ||
  node.kind === ts.SyntaxKind.AsyncKeyword ||
  node.kind === ts.SyntaxKind.AwaitKeyword;

const isRandom = (node: ts.Node): boolean =>
  (ts.isPropertyAccessExpression(node) &&
    node.name.text === 'random' &&
    node.expression.getText() === 'Math') ||
  (ts.isElementAccessExpression(node) && node.expression.getText() === 'Math');

const effects = (file: TextFile): string[] => {
  const found: string[] = [];
  walk(file, (node) => {
    if (isAsyncSyntax(node)) found.push(`${placeOf(node)}: a pure core is synchronous`);
    if (isRandom(node)) found.push(`${placeOf(node)}: a pure core may not use Math.random`);
    if (ts.isIdentifier(node) && forbiddenGlobals.has(node.text) && !namesProperty(node)) {
      found.push(`${placeOf(node)}: a pure core may not use ${node.text}`);
    }
  });
  return found;
};

const outsideImports = (file: TextFile, core: string): string[] =>
  importsOf(file).flatMap(({ specifier, place }) => {
    const inside = isRelative(specifier)
      ? resolveRelative(file.path, specifier).startsWith(core)
      : rowOfSpecifier(specifier) !== undefined;
    return inside ? [] : [`${place}: a pure core may not import ${specifier}`];
  });

/** The pure cores have no effects: every effect is a port that `types` names. */
export const purity: Rule = ({ files }) =>
  pureCores.flatMap((core) =>
    files
      .filter(({ path }) => path.startsWith(core))
      .flatMap((file) => [...effects(file), ...outsideImports(file, core)]),
  );
