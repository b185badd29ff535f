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

/** What an expression may give: itself, or either side of a condition. */
const outcomesOf = (node: unknown): readonly unknown[] => {
  if (!isNode(node)) return [];
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
  /** By name of a variable: what may be in it. By that of a function with `()`: what it may return. */
  const values = new Map<string, unknown[]>();

  const addValue = (name: string, value: unknown): void => {
    if (name.replace('()', '').length < SHORTEST_ALIAS) return;
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  };
  const assign = (name: string | undefined, value: unknown): void => {
    if (name === undefined) return;
    if (isFunction(value)) for (const each of returnsOf(value)) addValue(`${name}()`, each);
    else addValue(name, value);
  };

  const isGlobal = (node: unknown, above: ReadonlySet<string> = new Set()): boolean => {
    const name =
      isNode(node) && node.type === 'CallExpression' ? nameOf(node['callee']) : nameOf(node);
    if (name === undefined) return outcomesOf(node).some((each) => isGlobal(each, above));
    if (name === 'globalThis' || name === 'self') return nameOf(node) !== undefined;
    const key = nameOf(node) === undefined ? `${name}()` : name;
    if (above.has(key)) return false;
    const within = new Set([...above, key]);
    return (values.get(key) ?? []).some((each) => isGlobal(each, within));
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
    names: (): string[] =>
      [
        ...new Set(
          members.filter(({ object }) => isGlobal(object)).map((member) => keyOf(member, texts)),
        ),
      ]
        .filter((name) => name !== undefined)
        .sort(),
  };
};
