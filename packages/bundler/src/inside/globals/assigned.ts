/** What a program puts on its global object. */
import { isNode, type Node, stringOf } from '../code/syntax.js';

/** The string that a property is called by, where the text says it. */
const keyOf = (member: Node, texts: ReadonlyMap<string, string>): string | undefined => {
  const property = member['property'] as Node;
  if (member['computed'] !== true) return property['name'] as string;
  return stringOf(property) ?? texts.get(property['name'] as string);
};

/** Shorter names are those of minified code, where each stands for many things. */
const SHORTEST_ALIAS = 3;

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === 'Identifier' ? (node['name'] as string) : undefined;

/** What an expression may give in its place: either side of a condition, and what is assigned. */
const outcomesOf = (node: Node): readonly unknown[] => {
  switch (node.type) {
    case 'ConditionalExpression':
      return [node['consequent'], node['alternate']];
    case 'LogicalExpression':
      return [node['left'], node['right']];
    case 'AssignmentExpression':
      return [node['right']];
    case 'ParenthesizedExpression':
      return [node['expression']];
    default:
      return [];
  }
};

/** The variables, and with `()` the functions, whose value an expression may give. */
const namesIn = (expression: unknown): string[] => {
  const names: string[] = [];
  const waiting = [expression];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (!isNode(node)) continue;
    const called = node.type === 'CallExpression' ? nameOf(node['callee']) : undefined;
    const name = called === undefined ? nameOf(node) : `${called}()`;
    if (name === undefined) waiting.push(...outcomesOf(node));
    else names.push(name);
  }
  return names;
};

/** What a function returns, as far as it stands at the top of its body. */
const returnsOf = (node: Node): readonly unknown[] => {
  const body = node['body'] as Node | null;
  if (body === null || body.type !== 'BlockStatement') return [body];
  return (body['body'] as Node[])
    .filter(({ type }) => type === 'ReturnStatement')
    .map((statement) => statement['argument']);
};

const isFunction = (node: unknown): node is Node =>
  isNode(node) && /^(?:Function|ArrowFunction)/.test(node.type);

/**
 * Collects, from the nodes of a program, the names of the global object's properties that it assigns, also by another name
 * of it, or what a function returns. A vat's global object is closed when its root object is there; these can be set later,
 * too.
 */
export const makeAssignedGlobals = () => {
  const texts = new Map<string, string>();
  const members: Node[] = [];
  /** By name of a variable, or by that of a function with `()`: what may have its value. */
  const holders = new Map<string, Set<string>>();

  const addHolder = (holder: string, value: unknown): void => {
    if (holder.replace('()', '').length < SHORTEST_ALIAS) return;
    for (const name of namesIn(value)) {
      const known = holders.get(name);
      if (known === undefined) holders.set(name, new Set([holder]));
      else known.add(holder);
    }
  };
  const assign = (name: string | undefined, value: unknown): void => {
    if (name === undefined) return;
    if (isFunction(value)) for (const each of returnsOf(value)) addHolder(`${name}()`, each);
    else addHolder(name, value);
  };

  /** All names that may stand for the global object. */
  const findAliases = (): ReadonlySet<string> => {
    const aliases = new Set(['globalThis', 'self']);
    // A set that grows while it is gone through is gone through to its new end.
    for (const name of aliases) for (const holder of holders.get(name) ?? []) aliases.add(holder);
    return aliases;
  };

  return {
    visit: (node: Node): void => {
      if (node.type === 'VariableDeclarator') {
        const text = stringOf(node['init']);
        const name = nameOf(node['id']);
        if (text !== undefined && name !== undefined) texts.set(name, text);
        else assign(name, node['init']);
      } else if (node.type === 'FunctionDeclaration') assign(nameOf(node['id']), node);
      else if (node.type === 'AssignmentExpression') {
        const target = node['left'] as Node;
        if (target.type === 'MemberExpression') members.push(target);
        else assign(nameOf(target), node['right']);
      }
    },
    names: (): string[] => {
      const aliases = findAliases();
      const found = members
        .filter(({ object }) => namesIn(object).some((name) => aliases.has(name)))
        .map((member) => keyOf(member, texts))
        .filter((name) => name !== undefined);
      return [...new Set(found)].sort();
    },
  };
};
