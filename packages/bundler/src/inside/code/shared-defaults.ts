/**
 * Code that changes what it inherits from objects that all vats share, or these themselves, without meaning to.
 *
 * Each function inherits `apply` and `call`, which cannot be assigned while they are frozen there: it gets one of its own.
 *
 * `core-js` gives all functions a `toString` that hides its own ones. An object of its own gets it.
 *
 * What inherits from the prototype of arrays has its `length`, which cannot be assigned: it gets one that can.
 *
 * `Math.sign = Math.sign || …` gives old engines what they lack. Where it is there, nothing is assigned.
 *
 * Babel compiled accessors of classes and objects to a map by their names, which it made with `{}`. Where an accessor is
 * called `constructor` it found `Object` in that map, and put properties on it.
 */
import type { Edit } from './edits.js';
import { isNamed, isNode, type Node, type Visit } from './syntax.js';

const MAP = /^_mutatorMap\d*(?:\$\d+)?$/;

const isMap = (target: unknown, value: unknown): value is Node =>
  isNode(target) &&
  target.type === 'Identifier' &&
  MAP.test(target['name'] as string) &&
  isNode(value) &&
  value.type === 'ObjectExpression' &&
  (value['properties'] as Node[]).length === 0;

const isMember = (node: unknown, object: string, property: string): node is Node =>
  isNode(node) &&
  node.type === 'MemberExpression' &&
  node['computed'] !== true &&
  isNamed(node['object'], object) &&
  isNamed(node['property'], property);

const LENGTH = ', { length: { value: 0, writable: true, configurable: true } }';

const rewriteCreate = (node: Node): Edit[] => {
  const [first, ...more] = node['arguments'] as Node[];
  if (!isMember(node['callee'], 'Object', 'create') || more.length > 0) return [];
  if (!isMember(first, 'Array', 'prototype')) return [];
  return [{ start: first.end, end: first.end, text: LENGTH }];
};

const isFunctionPrototype = (node: unknown): node is Node =>
  isMember(node, 'Function', 'prototype');

const apart = ({ start, end }: Node): Edit => ({
  start,
  end,
  text: 'Object.create(Function.prototype)',
});

/** `redefine(Function.prototype, "toString", function …)`, as it is in version 2 of core-js. */
const rewriteRedefinition = (node: Node): Edit[] => {
  const [target, , method, ...more] = node['arguments'] as Node[];
  return isFunctionPrototype(target) && method?.type === 'FunctionExpression' && more.length === 0
    ? [apart(target)]
    : [];
};

const CALLS: ReadonlySet<unknown> = new Set(['apply', 'call']);

/** Lines stay where they are. */
const linesOf = (text: string): string => text.replace(/[^\n]/g, '');

const rewriteAssignment = (node: Node, text: string): Edit[] => {
  const left = node['left'] as Node;
  if (node['operator'] !== '=' || left.type !== 'MemberExpression') return [];
  const { object, property } = left as Node & { readonly object: Node; readonly property: Node };
  if (left['computed'] !== true && isFunctionPrototype(object) && isNamed(property, 'toString')) {
    return [apart(object)];
  }
  if (left['computed'] === true || !CALLS.has(property['name']) || object.type === 'Super') {
    return [];
  }
  const { start: from } = node['right'] as Node;
  const between = text.slice(object.end, from);
  return [
    { start: node.start, end: object.start, text: '__cooperage__.assign(' },
    { start: object.end, end: from, text: `, "${String(property['name'])}", ${linesOf(between)}` },
    { start: node.end, end: node.end, text: ')' },
  ];
};

const SHARED =
  /^(?:Array|Date|Function|JSON|Math|Number|Object|Promise|RegExp|String|Symbol)(?:\.prototype)?\.\w+$/;

/** `Math.sign = Math.sign || other` becomes `(Math.sign || (Math.sign = other))`. */
const rewriteFallback = (node: Node, text: string): Edit[] => {
  const { left, right } = node as Node & { readonly left: Node; readonly right: Node };
  if (node['operator'] !== '=' || right.type !== 'LogicalExpression') return [];
  const operator = right['operator'] as string;
  const name = text.slice(left.start, left.end);
  const present = right['left'] as Node;
  if (operator === '&&' || !SHARED.test(name)) return [];
  if (text.slice(present.start, present.end) !== name) return [];
  const { start: from } = right['right'] as Node;
  const lines = linesOf(text.slice(node.start, from));
  return [
    { start: node.start, end: from, text: `(${name} ${operator} (${name} = ${lines}` },
    { start: node.end, end: node.end, text: '))' },
  ];
};

/** A member of `__cooperage__`. */
export const ASSIGN =
  'assign(target, name, value) { if (Object.hasOwn(target, name)) target[name] = value; else ' +
  'Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true }); return value; }';

export const rewriteSharedDefaults = ({ node }: Visit, text: string): Edit[] => {
  if (node.type === 'CallExpression') return [...rewriteCreate(node), ...rewriteRedefinition(node)];
  if (node.type === 'AssignmentExpression') {
    const edits = [...rewriteFallback(node, text), ...rewriteAssignment(node, text)];
    if (edits.length > 0) return edits;
  }
  const [target, value] =
    node.type === 'AssignmentExpression'
      ? [node['left'], node['right']]
      : node.type === 'VariableDeclarator'
        ? [node['id'], node['init']]
        : [];
  return isMap(target, value)
    ? [{ start: value.start, end: value.end, text: '{ __proto__: null }' }]
    : [];
};
