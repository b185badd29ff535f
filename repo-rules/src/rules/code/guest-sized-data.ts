import ts from 'typescript';
import type { Rule, TextFile } from '../../repository.js';
import { placeOf, walk } from '../../syntax.js';

/** Code that sees data as large as a guest makes them, beside the kernel's own. */
const folders: readonly string[] = [
  'packages/types/src/',
  'packages/kernel/src/',
  'packages/vat-manager/src/',
  'packages/store/src/',
  'packages/store-lmdb/src/',
  'packages/supervisor/src/',
  'packages/worker-local/src/',
  'packages/worker-thread/src/',
  'packages/worker-quickjs/src/host/',
  'packages/worker-quickjs/src/thread/',
];

/** Files that may, and why. */
const exempt: Readonly<Record<string, string>> = {
  'packages/kernel/src/check/rows/key-schema.ts': 'keys: at most LIMITS.tableKeyLength',
  'packages/supervisor/src/console/route.ts': 'what a vat spread itself when it called its console',
  'packages/worker-local/src/engine.ts': 'the same',
  'packages/worker-thread/src/inside/engine.ts': 'the same',
  'packages/vat-manager/src/workers/guarded-sink.ts':
    'tuples, as long as the types of the sink say',
};

const isRestParameter = (expression: ts.Expression): boolean => {
  if (!ts.isIdentifier(expression)) return false;
  for (let at: ts.Node = expression; at.parent !== undefined; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const found = at.parameters.find(({ name }) => name.getText() === expression.text);
    if (found !== undefined) return found.dotDotDotToken !== undefined;
  }
  return false;
};

/** Every argument of a call lies on the stack: what a caller spread on purpose has done so before. */
const spreads = (node: ts.Node): boolean =>
  (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
  (node.arguments ?? []).some(
    (argument) => ts.isSpreadElement(argument) && !isRestParameter(argument.expression),
  );

/** Escapes and sets of characters say nothing about repetition. */
const quantifiers = (pattern: string): string =>
  pattern.replace(/\\./gs, 'x').replace(/\[[^\]]*\]/g, 'x');

/** An engine remembers each repetition, on a stack that a long text overflows. */
const repeatsWithoutBound = (node: ts.Node): boolean =>
  ts.isRegularExpressionLiteral(node) && /[*+]|\{\d+,\}/.test(quantifiers(node.text));

const makesRegExp = (node: ts.Node): boolean =>
  ts.isNewExpression(node) && node.expression.getText() === 'RegExp';

const findings = (file: TextFile): string[] => {
  const found: string[] = [];
  if (file.path in exempt) return found;
  walk(file, (node) => {
    if (spreads(node)) {
      found.push(`${placeOf(node)}: arguments may not be spread from an array: it may be too long`);
    }
    if (repeatsWithoutBound(node) || makesRegExp(node)) {
      found.push(`${placeOf(node)}: a regular expression may not repeat without a bound`);
    }
  });
  return found;
};

/** Nothing there depends on guests keeping their data short: engines run out of stack on long ones. */
export const guestSizedData: Rule = ({ files }) =>
  files.filter(({ path }) => folders.some((folder) => path.startsWith(folder))).flatMap(findings);
