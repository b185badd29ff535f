import ts from 'typescript';
import type { Rule, TextFile } from '../../repository.js';
import { placeOf, walk } from '../../syntax.js';

/** Files that may, and why. */
const exempt: Readonly<Record<string, string>> = {
  'packages/types/src/data/foreign-value.ts': 'what the others use instead',
  'packages/store-lmdb/src/files/commit-error.ts':
    'what LMDB and the file system throw: codes may be numbers',
  'packages/bundler/src/inside/code/typescript.ts':
    'what the compiler throws, with its list of errors',
};

const NAMES: readonly string[] = ['err', 'error', 'thrown', 'reason', 'cause'];

const isUnknown = (node: ts.ParameterDeclaration): boolean =>
  node.type?.kind === ts.SyntaxKind.UnknownKeyword;

/** Names that a file gives to what it catches. */
const caughtIn = (file: TextFile): ReadonlySet<string> => {
  const names = new Set<string>();
  walk(file, (node) => {
    if (ts.isCatchClause(node) && node.variableDeclaration !== undefined) {
      names.add(node.variableDeclaration.name.getText());
    }
    if (ts.isParameter(node) && isUnknown(node) && NAMES.includes(node.name.getText())) {
      names.add(node.name.getText());
    }
  });
  return names;
};

/** The expression that is asked something of, where that may run code of what was caught. */
const asked = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isCallExpression(node) && node.expression.getText() === 'String') return node.arguments[0];
  // A tag makes of its values what it likes; that of errors keeps them as they are.
  if (ts.isTemplateSpan(node)) {
    return ts.isTaggedTemplateExpression(node.parent.parent) ? undefined : node.expression;
  }
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
    node.right.getText() === 'Error'
  ) {
    return node.left;
  }
  if (
    ts.isPropertyAccessExpression(node) &&
    ts.isParenthesizedExpression(node.expression) &&
    ts.isAsExpression(node.expression.expression)
  ) {
    return node.expression.expression.expression;
  }
  return undefined;
};

const findings = (file: TextFile): string[] => {
  const found: string[] = [];
  if (file.path in exempt) return found;
  const caught = caughtIn(file);
  if (caught.size === 0) return found;
  walk(file, (node) => {
    const expression = asked(node);
    // A text is made of a name that another function declares as a string, too.
    if (expression === undefined || !ts.isIdentifier(expression)) return;
    if (!caught.has(expression.text) || !isBoundToCaught(expression)) return;
    found.push(
      `${placeOf(node)}: "${expression.text}" may be anything: describe it with what types/src/data/foreign-value.ts has`,
    );
  });
  return found;
};

/** Whether the nearest declaration of the name is one of what was caught. */
const isBoundToCaught = ({ text, parent }: ts.Identifier): boolean => {
  for (let at: ts.Node = parent; at !== undefined; at = at.parent) {
    if (ts.isCatchClause(at) && at.variableDeclaration?.name.getText() === text) return true;
    if (!ts.isFunctionLike(at)) continue;
    const parameter = at.parameters.find(({ name }) => declares(name, text));
    if (parameter !== undefined) return isUnknown(parameter);
  }
  return false;
};

const declares = (name: ts.BindingName, text: string): boolean =>
  ts.isIdentifier(name)
    ? name.text === text
    : name.elements.some((each) => ts.isBindingElement(each) && declares(each.name, text));

/** What was caught is described without running its code, which may throw where no caller expects it. */
export const foreignErrors: Rule = ({ files }) =>
  files.filter(({ path }) => /^packages\/[^/]+\/src\//.test(path)).flatMap(findings);
