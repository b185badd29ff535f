/**
 * SES looks at the text of a program before it evaluates it, and refuses what may be an `import()`, an HTML comment or
 * a direct `eval`, also where it is part of a string or a regular expression. These are written in another way here
 * that means the same.
 */
import type { Edit } from './edits.js';
import { isNamed, isNode, type Node, type Span, stringOf, type Visit } from './syntax.js';

/** What SES looks for, and the character of it that is written as an escape sequence. */
const REFUSED: readonly (readonly [pattern: RegExp, at: number])[] = [
  [/import(?=\s*(?:\(|\/[/*]))/g, 1],
  [/eval(?=\s*\()/g, 1],
  // The second dash: in a character class the first may stand for a range.
  [/<!--/g, 3],
  [/-->/g, 2],
];

/** What all of them have; most strings have none of it. */
const SUSPECT = /import|eval|<!--|-->/;

const offsetsIn = (raw: string): number[] => {
  if (!SUSPECT.test(raw)) return [];
  const offsets = REFUSED.flatMap(([pattern, at]) =>
    Array.from(raw.matchAll(pattern), ({ index }) => index + at),
  );
  return [...new Set(offsets)].sort((a, b) => a - b);
};

export const isRefused = (text: string): boolean => offsetsIn(text).length > 0;

const hex = (character: string): string =>
  `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

const unicode = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const escapeIn = (start: number, raw: string, write: (character: string) => string): Edit[] =>
  offsetsIn(raw).map((offset) => ({
    start: start + offset,
    end: start + offset + 1,
    text: write(raw[offset] as string),
  }));

const escapeAll = (raw: string): string => {
  let text = '';
  let at = 0;
  for (const offset of offsetsIn(raw)) {
    text += raw.slice(at, offset) + hex(raw[offset] as string);
    at = offset + 1;
  }
  return text + raw.slice(at);
};

const quote = (value: unknown): string =>
  value === undefined || value === null ? 'undefined' : escapeAll(JSON.stringify(value));

/** A regular expression says its source: one that was written in another way would say another. */
const rewriteRegExp = (node: Node): Edit => {
  const { pattern, flags } = node['regex'] as { pattern: string; flags: string };
  return {
    start: node.start,
    end: node.end,
    text: `__cooperage__.RegExp(${quote(pattern)}, ${quote(flags)})`,
  };
};

/** A tag sees the text as it was written, which therefore stays what it was. */
const rewriteTagged = (node: Node, text: string, number: number): Edit[] => {
  const { quasis, expressions } = node['quasi'] as Record<string, Node[]>;
  const values = (quasis as Node[]).map(
    (each) => each['value'] as { raw: string; cooked?: string },
  );
  const cooked = values.map((each) => quote(each.cooked)).join(', ');
  const raw = values.map((each) => quote(each.raw)).join(', ');
  const template = `__cooperage__.template(${number}, [${cooked}], [${raw}])`;
  const spans = expressions as Node[];
  const { end: tagEnd } = node['tag'] as Node;
  const [first] = spans;
  const edits: Edit[] = [
    { start: tagEnd, end: first?.start ?? node.end, text: `(${template}${first ? ', ' : ')'}` },
  ];
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1];
    edits.push({
      start: span.end,
      end: next?.start ?? node.end,
      text: next === undefined ? ')' : ', ',
    });
  }
  // Lines stay where they are.
  return edits.map((each) => ({
    ...each,
    text: each.text + '\n'.repeat(text.slice(each.start, each.end).split('\n').length - 1),
  }));
};

const isThisGlobal = (node: Node): boolean => {
  const inner = node['callee'];
  if (!isNode(inner) || !/^(?:Call|New)Expression$/.test(inner.type)) return false;
  const args = inner['arguments'] as Node[];
  return (
    isNamed(inner['callee'], 'Function') &&
    args.length === 1 &&
    /^\s*return this;?\s*$/.test(stringOf(args[0]) ?? '') &&
    (node['arguments'] as Node[]).length === 0
  );
};

const rewriteCall = (node: Node): Edit[] => {
  if (isThisGlobal(node)) return [{ start: node.start, end: node.end, text: 'globalThis' }];
  const callee = node['callee'] as Node;
  if (!isNamed(callee, 'eval')) return [];
  // There is no direct eval in a vat. As a call of a function it evaluates in the vat's global scope.
  return [{ start: callee.start, end: callee.end, text: '(0, eval)' }];
};

const rewriteName = ({ node, parent, field }: Visit): Edit[] => {
  const name = node['name'];
  if (name !== 'eval' && name !== 'import') return [];
  const isKey =
    node.type === 'PrivateIdentifier' || (field === 'key' && parent?.['computed'] !== true);
  if (!isKey) return [];
  const start = node.end - name.length + 1;
  return [{ start, end: start + 1, text: unicode(name[1] as string) }];
};

/** @param number of the tagged template, if this is one */
export const rewriteForSes = (visit: Visit, text: string, number: number): Edit[] => {
  const { node, parent } = visit;
  const raw = (): string => text.slice(node.start, node.end);
  switch (node.type) {
    case 'Literal':
      if (typeof node['value'] === 'string') return escapeIn(node.start, raw(), hex);
      return node['regex'] !== undefined && isRefused(raw()) ? [rewriteRegExp(node)] : [];
    case 'TemplateElement': {
      const isTagged = parent?.['isTagged'] === true;
      return isTagged ? [] : escapeIn(node.start, raw(), hex);
    }
    case 'TaggedTemplateExpression': {
      const quasi = node['quasi'] as Node;
      const tagged = (quasi['quasis'] as Node[]).some(({ start, end }) =>
        isRefused(text.slice(start, end)),
      );
      (quasi as { isTagged?: boolean }).isTagged = true;
      return tagged ? rewriteTagged(node, text, number) : [];
    }
    case 'CallExpression':
      return rewriteCall(node);
    case 'Identifier':
    case 'PrivateIdentifier':
      return rewriteName(visit);
    default:
      return [];
  }
};

/** The rest of a comment is not needed. */
export const blankComment = ({ start, end }: Span, text: string): Edit => ({
  start,
  end,
  text: text.slice(start, end).replace(/[^\n]/g, ''),
});
