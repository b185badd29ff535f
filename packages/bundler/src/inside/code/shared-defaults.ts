/**
 * Code that changes what it inherits from objects that all vats share, or these themselves, without meaning to.
 *
 * What inherits from the prototype of arrays has its `length`, which cannot be assigned: it gets one that can.
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

export const rewriteSharedDefaults = ({ node }: Visit): Edit[] => {
  if (node.type === 'CallExpression') return rewriteCreate(node);
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
