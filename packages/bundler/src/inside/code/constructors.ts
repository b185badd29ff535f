/**
 * QuickJS gives the arguments in `new new A().b()` to a call of `b`, and constructs nothing with them. In parentheses, as
 * `new (new A().b)()`, it reads what the language says; the bundler's printer leaves such parentheses out.
 */
import type { Edit } from './edits.js';
import { isNode, type Node } from './syntax.js';

/** What the text of an expression begins with. */
const LEFTMOST: Readonly<Record<string, string>> = {
  MemberExpression: 'object',
  TaggedTemplateExpression: 'tag',
};

const beginsWithNew = (callee: Node): boolean => {
  let node: unknown = callee;
  while (isNode(node)) {
    if (node.type === 'NewExpression') return true;
    node = node[LEFTMOST[node.type] ?? ''];
  }
  return false;
};

export const rewriteConstructor = (node: Node): Edit[] => {
  if (node.type !== 'NewExpression') return [];
  const callee = node['callee'] as Node;
  if (callee.type === 'NewExpression' || !beginsWithNew(callee)) return [];
  const { start, end } = callee;
  return [
    { start, end: start, text: '(' },
    { start: end, end, text: ')' },
  ];
};
