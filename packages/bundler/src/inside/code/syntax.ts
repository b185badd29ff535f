/** Syntax trees, as far as they are looked at here. */
import { parseSync } from 'rolldown/utils';

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SyntaxProblem {
  readonly message: string;
  /** In characters from the start. */
  readonly at: number;
}

export interface Parsed {
  readonly program: Node;
  readonly comments: readonly Span[];
  readonly problem: SyntaxProblem | undefined;
}

export interface ParseOptions {
  readonly lang: 'js' | 'jsx' | 'ts' | 'tsx';
  /** `unambiguous`: a script unless it imports or exports. */
  readonly sourceType: 'module' | 'script' | 'unambiguous';
}

export const parse = (name: string, text: string, options: ParseOptions): Parsed => {
  const { program, comments, errors } = parseSync(name, text, options);
  const [first] = errors;
  return {
    program: program as unknown as Node,
    comments,
    problem:
      first === undefined ? undefined : { message: first.message, at: first.labels[0]?.start ?? 0 },
  };
};

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

export const childrenOf = function* (node: Node): Generator<readonly [string, Node]> {
  for (const [field, value] of Object.entries(node)) {
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) yield [field, each];
    } else if (isNode(value)) yield [field, value];
  }
};

export interface Visit {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The field of the parent that the node is in. */
  readonly field: string;
}

/** They are half of all nodes, and have no others in them but types and decorators. */
const LEAVES: ReadonlySet<string> = new Set([
  'Identifier',
  'Literal',
  'PrivateIdentifier',
  'Super',
  'TemplateElement',
  'ThisExpression',
]);

/** Each node after its parent. Nesting is bounded by memory and not by the stack. */
export const walk = function* (root: Node): Generator<Visit> {
  const waiting: Visit[] = [{ node: root, parent: undefined, field: '' }];
  const add = (node: unknown, parent: Node, field: string): void => {
    if (isNode(node)) waiting.push({ node, parent, field });
  };
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    yield visit;
    const { node } = visit;
    if (LEAVES.has(node.type) && !('decorators' in node)) continue;
    // Most of the time that it takes to bundle is spent here: what comes first is added last, and nothing is copied.
    const fields = Object.keys(node);
    for (let i = fields.length - 1; i >= 0; i -= 1) {
      const field = fields[i] as string;
      const value = node[field];
      if (typeof value !== 'object' || value === null) continue;
      if (Array.isArray(value)) {
        for (let at = value.length - 1; at >= 0; at -= 1) add(value[at], node, field);
      } else add(value, node, field);
    }
  }
};

/** The text of a string literal. */
export const stringOf = (value: unknown): string | undefined =>
  isNode(value) && value.type === 'Literal' && typeof value['value'] === 'string'
    ? value['value']
    : undefined;

export const isNamed = (value: unknown, name: string): boolean =>
  isNode(value) && value.type === 'Identifier' && value['name'] === name;

/** Whether an identifier stands for a variable, and not for the name of a property or a label. */
export const isVariable = ({ node, parent, field }: Visit): boolean => {
  if (node.type !== 'Identifier' || parent === undefined) return false;
  switch (parent.type) {
    case 'MemberExpression':
      return field === 'object' || parent['computed'] === true;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return field !== 'key' || parent['computed'] === true || parent['shorthand'] === true;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'ImportSpecifier':
    case 'ExportSpecifier':
    case 'ImportAttribute':
    case 'MetaProperty':
      return false;
    default:
      return true;
  }
};
