/** What a program puts on its global object. */
import { isNamed, isNode, type Node, stringOf } from '../code/syntax.js';

/** The string that a property is called by, where the text says it. */
const keyOf = (member: Node, texts: ReadonlyMap<string, string>): string | undefined => {
  const property = member['property'] as Node;
  if (member['computed'] !== true) return property['name'] as string;
  return stringOf(property) ?? texts.get(property['name'] as string);
};

/**
 * Collects, from the nodes of a program, the names of the global object's properties that it assigns. A vat's global object
 * is closed when its root object is there; these can be set later, too.
 */
export const makeAssignedGlobals = () => {
  const texts = new Map<string, string>();
  const members: Node[] = [];
  return {
    visit: (node: Node): void => {
      if (node.type === 'VariableDeclarator') {
        const text = stringOf(node['init']);
        if (text !== undefined && isNode(node['id'])) texts.set(node['id']['name'] as string, text);
        return;
      }
      const target = node.type === 'AssignmentExpression' ? node['left'] : undefined;
      if (!isNode(target) || target.type !== 'MemberExpression') return;
      const { object } = target as Node & { object: Node };
      if (isNamed(object, 'globalThis') || isNamed(object, 'self')) members.push(target);
    },
    names: (): string[] =>
      [...new Set(members.map((member) => keyOf(member, texts)))]
        .filter((name) => name !== undefined)
        .sort(),
  };
};
