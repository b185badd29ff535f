/** When the imports of a module run, as far as its text tells: what a vat lacks may be asked for in vain. */
import { childrenOf, isNamed, isNode, type Node, parse, stringOf } from './syntax.js';

/**
 * * `certain`: as soon as the module is evaluated, something is done with what was imported.
 * * `lazy`: it is imported then, and used in functions only.
 * * `guarded`: it is asked for in a branch, a function, or where a failure is caught.
 */
export type WhenRun = 'certain' | 'lazy' | 'guarded';

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];
const BRANCHES = [
  'IfStatement',
  'ConditionalExpression',
  'LogicalExpression',
  'SwitchStatement',
  'TryStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
];

/** Functions of compilers that a CommonJS module is handed through. */
const INTEROP =
  /^(?:__toESM|__importDefault|__importStar|_*interop(?:Require)?(?:Default|Wildcard)\w*)$/;

interface Place {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** What the parent stands in. */
  readonly around: Place | undefined;
  readonly field: string;
  /** Within a function that is not called on the spot. */
  readonly inFunction: boolean;
  readonly inBranch: boolean;
}

/** `(() => …)()` and `(function () { … }).call(this)`. */
const isCalledAtOnce = (parent: Node | undefined, field: string): boolean =>
  (parent?.type === 'CallExpression' && field === 'callee') ||
  (parent?.type === 'MemberExpression' && field === 'object');

const placesIn = function* (program: Node): Generator<Place> {
  const waiting: Place[] = [
    {
      node: program,
      parent: undefined,
      around: undefined,
      field: '',
      inFunction: false,
      inBranch: false,
    },
  ];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    yield place;
    const { node, parent, field } = place;
    const isFunction = FUNCTIONS.includes(node.type) && !isCalledAtOnce(parent, field);
    const isField = node.type === 'PropertyDefinition' && node['static'] !== true;
    for (const [childField, child] of childrenOf(node)) {
      const isTest = ['test', 'discriminant', 'left'].includes(childField);
      waiting.push({
        node: child,
        parent: node,
        around: place,
        field: childField,
        inFunction: place.inFunction || isFunction || (isField && childField === 'value'),
        inBranch: place.inBranch || (BRANCHES.includes(node.type) && !isTest),
      });
    }
  }
};

const requiredBy = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'CallExpression' && isNamed(node['callee'], 'require')
    ? stringOf((node['arguments'] as unknown[])[0])
    : undefined;

const isInterop = (node: Node | undefined): boolean => {
  if (node?.type !== 'CallExpression') return false;
  const callee = node['callee'] as Node;
  const name = callee.type === 'MemberExpression' ? (callee['property'] as Node) : callee;
  return INTEROP.test(String(name['name']));
};

/** Names that a module gives to what it imports; undefined where it takes it apart at once. */
const namesOf = (place: Place, specifier: string): readonly string[] | undefined => {
  const { node } = place;
  const parent = isInterop(place.parent) ? place.around?.parent : place.parent;
  if (node.type === 'ImportDeclaration') {
    return (node['specifiers'] as Node[]).map((each) => (each['local'] as Node)['name'] as string);
  }
  if (requiredBy(node) !== specifier) return undefined;
  if (parent?.type === 'VariableDeclarator') {
    const id = parent['id'] as Node;
    return id.type === 'Identifier' ? [id['name'] as string] : undefined;
  }
  return parent?.type === 'ExpressionStatement' ? [] : undefined;
};

const isReference = ({ node, parent, field }: Place, name: string): boolean => {
  if (!isNamed(node, name) || parent === undefined) return false;
  if (parent.type === 'MemberExpression') return field === 'object' || parent['computed'] === true;
  if (parent.type === 'VariableDeclarator') return field === 'init';
  if (/^Import/.test(parent.type)) return false;
  return parent.type !== 'Property' || field === 'value' || parent['computed'] === true;
};

const isUsedAtOnce = (places: readonly Place[], names: readonly string[]): boolean =>
  names.some((name) =>
    places.some((place) => !place.inFunction && !place.inBranch && isReference(place, name)),
  );

const isImportOf = (node: Node, specifier: string): boolean =>
  /^(?:Import|ExportNamed|ExportAll)Declaration$/.test(node.type) &&
  stringOf(node['source']) === specifier;

export const whenRun = (path: string, text: string, specifier: string): WhenRun => {
  const lang = /\.[cm]?tsx?$/.test(path) ? 'tsx' : 'jsx';
  const { program } = parse(path, text, { lang, sourceType: 'unambiguous' });
  const places = [...placesIn(program)];
  let result: WhenRun = 'guarded';
  for (const place of places) {
    const { node } = place;
    const imports = isImportOf(node, specifier);
    if (!imports && requiredBy(node) !== specifier) continue;
    if (!imports && (place.inFunction || place.inBranch)) continue;
    const names = namesOf(place, specifier);
    if (names === undefined || isUsedAtOnce(places, names)) return 'certain';
    result = 'lazy';
  }
  return result;
};
