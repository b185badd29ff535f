/** What a program puts on its global object. */
import { isNamed, isNode, type Node, stringOf, walk } from '../syntax.js';

/** The string that a property is called by, where the text says it. */
const keyOf = (member: Node, texts: ReadonlyMap<string, string>): string | undefined => {
  const property = member['property'] as Node;
  if (member['computed'] !== true) return property['name'] as string;
  return stringOf(property) ?? texts.get(property['name'] as string);
};

/**
 * Names of the global object's properties that the program assigns. A vat's global object is closed when its root object
 * is there; these can be set later, too.
 */
export const assignedGlobals = (program: Node): string[] => {
  const texts = new Map<string, string>();
  const members: Node[] = [];
  for (const { node } of walk(program)) {
    if (node.type === 'VariableDeclarator' && isNode(node['id'])) {
      const text = stringOf(node['init']);
      if (text !== undefined) texts.set(node['id']['name'] as string, text);
    }
    const target = node.type === 'AssignmentExpression' ? node['left'] : undefined;
    if (!isNode(target) || target.type !== 'MemberExpression') continue;
    const { object } = target as Node & { object: Node };
    if (isNamed(object, 'globalThis') || isNamed(object, 'self')) members.push(target);
  }
  const names = members.map((member) => keyOf(member, texts));
  return [...new Set(names)].filter((name) => name !== undefined).sort();
};
