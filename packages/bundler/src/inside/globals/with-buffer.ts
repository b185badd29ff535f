/** The pure `Buffer`, for modules that take it to be a global. */
import { isNamed, isVariable, type Node, parse, walk } from '../syntax.js';

const DECLARATIONS = /Declar|Function|Import.*Specifier|Catch|Class/;

/** Whether the module uses the variable and declares none of that name, as far as its text shows. */
const usesFree = (program: Node, name: string): boolean => {
  let uses = false;
  for (const visit of walk(program)) {
    const { node, parent, field } = visit;
    if (!isNamed(node, name) || parent === undefined) continue;
    // A parameter, a variable, or part of a pattern of them.
    const declares =
      (DECLARATIONS.test(parent.type) && field !== 'init' && field !== 'body') ||
      parent.type === 'ArrayPattern' ||
      parent.type === 'RestElement' ||
      (parent.type === 'Property' && parent['shorthand'] === true && field === 'value');
    if (declares && !/^(?:superClass)$/.test(field)) return false;
    uses ||= isVariable(visit);
  }
  return uses;
};

const isModule = (program: Node): boolean =>
  (program['body'] as Node[]).some(({ type }) => /^(?:Import|Export).*Declaration$/.test(type));

/**
 * A module that uses `Buffer` without looking whether there is one gets the pure one. One that looks does without it: it
 * would take itself to be in Node.
 */
export const withBuffer = (
  path: string,
  text: string,
  lang: 'js' | 'jsx' | 'ts' | 'tsx',
): string => {
  if (!/\bBuffer\b/.test(text) || /typeof\s*\(?\s*Buffer\b/.test(text)) return text;
  const { program, problem } = parse(path, text, { lang, sourceType: 'unambiguous' });
  if (problem !== undefined || !usesFree(program, 'Buffer')) return text;
  // No line of the author's moves.
  if (isModule(program)) return `${text}\nimport { Buffer } from 'node:buffer';`;
  const [line = ''] = /^#![^\n]*\n/.exec(text) ?? [];
  return `${line}var { Buffer } = require("node:buffer"); ${text.slice(line.length)}`;
};
