/**
 * Whether a module exports the function that makes a vat's root object, or something else that is no slip: code that a vat
 * evaluates exports what its own caller asks for.
 */
import { readFileSync } from 'node:fs';
import type { CooperageError } from '@cooperage/types';
import { placeAt } from './code/code-frame.js';
import { isNamed, isNode, type Node, parse, stringOf, walk } from './code/syntax.js';
import { langOf } from './code/typescript.js';
import { bad, failAt } from './failures.js';

const ROOT = 'buildRootObject';
const WANTED = `a vat's module exports the function ${ROOT}`;
const EXAMPLE = `export const ${ROOT} = () => Far('root', { … });`;

/** Changed, missing, additional and exchanged letters. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] as number) + 1);
      }
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
};

/** Slips that are farther from the name than a few letters. */
const SLIPS: ReadonlySet<string> = new Set(
  'buildroot makerootobject createrootobject rootobject getrootobject'.split(' '),
);
const NEAR = 3;

const isSlip = (name: string): boolean => {
  const plain = name.toLowerCase().replaceAll('_', '');
  return SLIPS.has(plain) || distance(plain, ROOT.toLowerCase()) <= NEAR;
};

const KINDS: Readonly<Record<string, string>> = {
  ArrayExpression: 'an array',
  ClassDeclaration: 'a class',
  ClassExpression: 'a class',
  ObjectExpression: 'an object',
  TemplateLiteral: 'a string',
};

/** What an expression gives that is no function; undefined where its text does not tell. */
const kindOf = (node: Node): string | undefined => {
  if (node.type === 'Literal') {
    const { value } = node as { readonly value?: unknown };
    return value === null ? 'null' : `a ${typeof value}`;
  }
  if (node['generator'] === true) return 'a generator';
  if (node.type !== 'CallExpression') return KINDS[node.type];
  if (isNamed(node['callee'], 'Far')) return 'what Far() returns';
  const [first] = node['arguments'] as Node[];
  return isNamed(node['callee'], 'harden') && first !== undefined ? kindOf(first) : undefined;
};

/** By name what the statements of a program's top level declare. */
const declarationsIn = (program: Node): ReadonlyMap<string, Node> => {
  const found = new Map<string, Node>();
  for (const statement of program['body'] as Node[]) {
    const inner = statement['declaration'];
    const node = isNode(inner) ? inner : statement;
    if (node.type === 'VariableDeclaration') {
      for (const { id, init } of node['declarations'] as { id: Node; init: unknown }[]) {
        if (id.type === 'Identifier' && isNode(init)) found.set(id['name'] as string, init);
      }
    } else if (/^(?:Class|Function)Declaration$/.test(node.type)) {
      found.set((node['id'] as Node)['name'] as string, node);
    }
  }
  return found;
};

/** @param local what the program calls the export */
export const kindOfRoot = (program: Node, local: string): string | undefined => {
  const declared = declarationsIn(program);
  const seen = new Set<string>();
  for (let name = local; !seen.has(name);) {
    seen.add(name);
    const node = declared.get(name);
    if (node === undefined) return undefined;
    if (node.type !== 'Identifier') return kindOf(node);
    name = node['name'] as string;
  }
  return undefined;
};

const nameOf = (node: unknown): string =>
  isNode(node) ? (stringOf(node) ?? String(node['name'])) : '';

/** Where in a module's text an export of this name stands, or what looks like one in CommonJS. */
const findExport = (program: Node, name: string): Node | undefined => {
  for (const statement of program['body'] as Node[]) {
    if (name === 'default' && statement.type === 'ExportDefaultDeclaration') return statement;
    if (statement.type !== 'ExportNamedDeclaration') continue;
    for (const each of statement['specifiers'] as Node[]) {
      if (nameOf(each['exported']) === name) return each['exported'] as Node;
    }
    const inner = statement['declaration'];
    if (!isNode(inner)) continue;
    const ids =
      inner.type === 'VariableDeclaration'
        ? (inner['declarations'] as Node[]).map(({ id }) => id)
        : [inner['id']];
    for (const id of ids) if (isNamed(id, name)) return id as Node;
  }
  return undefined;
};

const isExports = (node: unknown): boolean =>
  isNode(node) &&
  (isNamed(node, 'exports') ||
    (node.type === 'MemberExpression' &&
      isNamed(node['object'], 'module') &&
      isNamed(node['property'], 'exports')));

const findCommonExport = (program: Node): Node | undefined => {
  for (const { node } of walk(program)) {
    if (node.type === 'TSExportAssignment') return node;
    if (node.type !== 'AssignmentExpression') continue;
    const left = node['left'] as Node;
    if (isExports(left) || (left.type === 'MemberExpression' && isExports(left['object']))) {
      return left;
    }
  }
  return undefined;
};

const MODULE_SYNTAX = /^(?:Import|Export).*Declaration$/;

export interface RootExport {
  /** Names of all exports of the module. */
  readonly names: readonly string[];
  /** What the root's export is, if its text says that it is no function. */
  readonly kind: string | undefined;
}

/** What is wrong, and where in the module's own text. */
const findSlip = (
  { names, kind }: RootExport,
  program: Node,
): readonly [at: Node | undefined, what: string] | undefined => {
  if (names.includes(ROOT)) {
    if (kind === undefined) return undefined;
    const what = `${ROOT} is ${kind}, and must be a function that returns the vat's root object: ${EXAMPLE}`;
    return [findExport(program, ROOT), what];
  }
  const slip = names.find(isSlip);
  if (slip !== undefined) {
    return [
      findExport(program, slip),
      `this module exports ${JSON.stringify(slip)}: did you mean ${ROOT}? (${WANTED})`,
    ];
  }
  const statements = program['body'] as Node[];
  const common = statements.some(({ type }) => MODULE_SYNTAX.test(type))
    ? undefined
    : findCommonExport(program);
  if (common !== undefined) {
    return [
      common,
      `this module exports as CommonJS does, which a vat does not look at; ${WANTED}: ${EXAMPLE}`,
    ];
  }
  if (names.length === 0) return [undefined, `this module exports nothing; ${WANTED}: ${EXAMPLE}`];
  if (names.every((name) => name === 'default')) {
    return [
      findExport(program, 'default'),
      `this module has a default export only; ${WANTED} by its name: ${EXAMPLE}`,
    ];
  }
  return undefined;
};

/** @returns what is wrong with the exports of a vat's module; undefined where nothing is, as far as texts tell */
export const explainRoot = (entry: string, found: RootExport): CooperageError | undefined => {
  const text = readFileSync(entry, 'utf8');
  const { program } = parse(entry, text, { lang: langOf(entry), sourceType: 'unambiguous' });
  const slip = findSlip(found, program);
  if (slip === undefined) return undefined;
  const [at, what] = slip;
  return at === undefined
    ? bad(`${entry}: ${what}`)
    : failAt(entry, placeAt(text, at.start), what, text);
};
