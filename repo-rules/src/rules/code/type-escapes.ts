import ts from 'typescript';
import { isShipped, type Rule } from '../../repository.js';
import { placeOf, walk } from '../../syntax.js';

/** How often each package leaves the types: `as never`, and `as unknown as`. Nothing is added here, and no number is raised. */
export const known: Readonly<Record<string, number>> = {
  'packages/bundler': 2,
  'packages/compliance': 10,
  'packages/cooperage': 14,
  'packages/gateway': 9,
  'packages/kernel': 7,
  'packages/liveslots': 16,
  'packages/recording': 1,
  'packages/simulator': 2,
  'packages/store-postgres': 1,
  'packages/supervisor': 11,
  'packages/test': 1,
  'packages/tools': 1,
  'packages/types': 2,
  'packages/worker-quickjs': 4,
  'packages/worker-thread': 1,
};

const isKeyword = (node: ts.Node, kind: ts.SyntaxKind): boolean => node.kind === kind;

/** `x as never`, or `x as unknown as T`: the compiler believes whatever is said. */
const isEscape = (node: ts.Node): boolean =>
  ts.isAsExpression(node) &&
  (isKeyword(node.type, ts.SyntaxKind.NeverKeyword) ||
    (ts.isAsExpression(node.expression) &&
      isKeyword(node.expression.type, ts.SyntaxKind.UnknownKeyword)));

/** The compiler is believed; where it is told what to believe is known, and becomes less. */
export const typeEscapes: Rule = ({ files }) => {
  const places = new Map<string, string[]>();
  for (const file of files) {
    if (!isShipped(file.path)) continue;
    const folder = file.path.split('/').slice(0, 2).join('/');
    walk(file, (node) => {
      if (!isEscape(node)) return;
      places.set(folder, [...(places.get(folder) ?? []), placeOf(node)]);
    });
  }
  return [...new Set([...places.keys(), ...Object.keys(known)])].flatMap((folder) => {
    const found = places.get(folder) ?? [];
    const most = known[folder] ?? 0;
    if (found.length > most) {
      return [
        `${folder}: ${found.length} times "as never" or "as unknown as", more than ${most}: ${found.join(', ')}`,
      ];
    }
    const isLoaded = files.some(({ path }) => path.startsWith(`${folder}/`));
    return isLoaded && found.length < most
      ? [`${folder}: has ${found.length} now; lower its number in type-escapes.ts`]
      : [];
  });
};
