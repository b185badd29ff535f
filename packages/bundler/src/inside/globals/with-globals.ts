/** Globals of other hosts, for modules that take them to be there. */
import { isNamed, isVariable, type Node, parse, walk } from '../syntax.js';
import { ALWAYS, PROVIDED } from './provided.js';

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

/** Whether the module looks whether there is such a thing. */
const asksFor = (text: string, name: string): boolean =>
  new RegExp(`typeof\\s*\\(?\\s*${name}\\b(?!\\s*[.([])`).test(text);

const NAMED = new RegExp(`\\b(?:${[...PROVIDED.keys()].join('|')})\\b`, 'g');

/**
 * A module that uses a global without looking whether there is one gets it. One that looks does without it: it would take
 * itself to be in Node, or in a browser.
 */
export const withGlobals = (
  path: string,
  text: string,
  lang: 'js' | 'jsx' | 'ts' | 'tsx',
): string => {
  const named = new Set(Array.from(text.matchAll(NAMED), ([name]) => name));
  const wanted = [...named].filter((name) => ALWAYS.has(name) || !asksFor(text, name)).sort();
  if (wanted.length === 0) return text;
  const { program, problem } = parse(path, text, { lang, sourceType: 'unambiguous' });
  if (problem !== undefined) return text;
  const used = wanted.filter((name) => usesFree(program, name));
  if (used.length === 0) return text;
  const from = (name: string): string => JSON.stringify(PROVIDED.get(name));
  // No line of the author's moves.
  if (isModule(program)) {
    return `${text}\n${used.map((name) => `import { ${name} } from ${from(name)};`).join(' ')}`;
  }
  const [line = ''] = /^#![^\n]*\n/.exec(text) ?? [];
  const given = used.map((name) => `var { ${name} } = require(${from(name)});`).join(' ');
  return `${line}${given} ${text.slice(line.length)}`;
};
