/**
 * `RegExp.$1` and its like tell any code of a realm what other code has matched, and SES takes them away: code that uses
 * them would go on with `undefined`. A bundle that uses them keeps the last match of its own code.
 */
import type { Edit } from './edits.js';
import { isNamed, isNode, type Node, stringOf, type Visit } from './syntax.js';

const PROPERTIES = /^(?:\$[1-9&`'+_]|input|lastMatch|lastParen|leftContext|rightContext)$/;
const METHODS: ReadonlySet<string> = new Set(
  'exec match replace replaceAll search split test'.split(' '),
);

/** Whether a bundle reads such a property, as far as its text shows. */
export const usesLastMatch = (text: string): boolean =>
  /\bRegExp\s*(?:\.\s*(?:\$[1-9_]|lastMatch|lastParen|leftContext|rightContext)|\[\s*["'](?:\$[1-9&`'+_]|lastMatch)["'])/.test(
    text,
  );

const keyOf = (member: Node): string | undefined =>
  member['computed'] === true
    ? stringOf(member['property'])
    : ((member['property'] as Node)['name'] as string | undefined);

const readOf = ({ node, parent, field }: Visit): string | undefined => {
  if (node.type !== 'MemberExpression' || !isNamed(node['object'], 'RegExp')) return undefined;
  const isTarget =
    parent?.type === 'UpdateExpression' ||
    (parent?.type === 'AssignmentExpression' && field === 'left');
  const key = keyOf(node);
  return !isTarget && key !== undefined && PROPERTIES.test(key) ? key : undefined;
};

const isMatch = (node: Node, text: string): boolean => {
  const callee = node['callee'];
  if (node.type !== 'CallExpression' || node['optional'] === true || !isNode(callee)) return false;
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return false;
  const { object } = callee as Node & { object: Node };
  return (
    METHODS.has(keyOf(callee) ?? '') &&
    callee['optional'] !== true &&
    object.type !== 'Super' &&
    !text.slice(object.start, object.end).includes('?.')
  );
};

/** Lines stay where they are. */
const linesOf = (text: string): string => text.replace(/[^\n]/g, '');

/** For a bundle that `usesLastMatch`. */
export const rewriteMatches = (visit: Visit, text: string): Edit[] => {
  const { node } = visit;
  const key = readOf(visit);
  if (key !== undefined) {
    const { start, end } = node;
    return [{ start, end, text: `__cooperage__.found(${JSON.stringify(key)})` }];
  }
  if (!isMatch(node, text)) return [];
  const callee = node['callee'] as Node;
  const { start, end: from } = callee['object'] as Node;
  const [first] = node['arguments'] as Node[];
  const end = first?.start ?? node.end;
  const method = JSON.stringify(keyOf(callee));
  return [
    { start, end: start, text: '__cooperage__.match(' },
    {
      start: from,
      end,
      text: `, ${method}${first === undefined ? ')' : ', '}${linesOf(text.slice(from, end))}`,
    },
  ];
};

/** Members of `__cooperage__`. */
export const LAST_MATCH = `
last: Object.assign([""], { index: 0, input: "" }),
found(key) {
  const { last } = this, { index, input } = last, groups = last.slice(1);
  switch (key) {
    case "$&": case "lastMatch": return last[0];
    case "$+": case "lastParen": return groups.length === 0 ? "" : groups[groups.length - 1] ?? "";
    case "$\`": case "leftContext": return input.slice(0, index);
    case "$'": case "rightContext": return input.slice(index + last[0].length);
    case "$_": case "input": return input;
    default: return last[Number(key[1])] ?? "";
  }
},
match(on, method, ...given) {
  const keep = (match) => { if (match !== null) this.last = match; return match; };
  const isPattern = (value) => Object.prototype.toString.call(value) === "[object RegExp]";
  if (isPattern(on)) {
    if (method === "exec") return keep(on.exec(...given));
    if (method === "test") return keep(on.exec(...given)) !== null;
  }
  const [pattern, by] = given;
  if (typeof on !== "string" || !isPattern(pattern)) return on[method](...given);
  if (method === "match" && !pattern.global) return keep(on.match(pattern));
  const keepFound = (found) => {
    const parts = typeof found[found.length - 1] === "string" ? found : found.slice(0, -1);
    keep(Object.assign(parts.slice(0, -2), { index: parts[parts.length - 2], input: on }));
  };
  if (method.startsWith("replace") && typeof by === "function") {
    return on[method](pattern, (...found) => { keepFound(found); return by(...found); });
  }
  const copy = new RegExp(pattern.source, pattern.flags);
  copy.lastIndex = pattern.lastIndex;
  on.replace(copy, (...found) => { keepFound(found); return ""; });
  return on[method](...given);
}`
  .trim()
  .replaceAll(/\n\s*/g, ' ');
