/** Globals of other hosts, for modules that take them to be there. */
import { type Edit, editText } from '../code/edits.js';
import { isNamed, isVariable, type Node, parse, type ParseOptions, walk } from '../code/syntax.js';
import { isPureNodeModule } from '../modules/node-modules.js';
import { ALWAYS, PROVIDED, WRITTEN_CODE } from './provided.js';

const DECLARATIONS = /Declar|Function|Import.*Specifier|Catch|Class/;

/** Those of the names that the module uses as variables and does not declare, as far as its text shows. */
const usedFree = (program: Node, names: readonly string[]): string[] => {
  const used = new Set<string>();
  const declared = new Set<string>();
  /** `{ name }` where it takes an object apart, and not where it makes one. */
  const inPatterns = new Set<unknown>();
  // A pattern is visited before its properties, and they before what is in them.
  for (const visit of walk(program)) {
    const { node, parent, field } = visit;
    if (node.type === 'ObjectPattern') {
      for (const property of node['properties'] as unknown[]) inPatterns.add(property);
    }
    if (node.type !== 'Identifier' || parent === undefined) continue;
    const name = node['name'] as string;
    if (!names.includes(name)) continue;
    // A parameter, a variable, or part of a pattern of them.
    const declares =
      (DECLARATIONS.test(parent.type) && field !== 'init' && field !== 'body') ||
      parent.type === 'ArrayPattern' ||
      parent.type === 'RestElement' ||
      (parent.type === 'AssignmentPattern' && field === 'left') ||
      (parent.type === 'Property' && field === 'value' && inPatterns.has(parent));
    if (declares && field !== 'superClass') declared.add(name);
    else if (isVariable(visit)) used.add(name);
  }
  return names.filter((name) => used.has(name) && !declared.has(name));
};

const isModule = (program: Node): boolean =>
  (program['body'] as Node[]).some(({ type }) => /^(?:Import|Export).*Declaration$/.test(type));

/** Whether the module looks whether there is such a thing. */
const asksFor = (text: string, name: string): boolean =>
  new RegExp(`typeof\\s*\\(?\\s*${name}\\b(?!\\s*[.([])`).test(text);

const NAMED = new RegExp(`\\b(?:${[...PROVIDED.keys()].join('|')})\\b`, 'g');

/** Names that the module looks for on the global object. */
const reachedNames = (text: string): string[] =>
  [...ALWAYS]
    .filter((name) =>
      new RegExp(`\\b(?:globalThis|global|self)\\s*(?:\\?\\.|\\.)\\s*${name}\\b`).test(text),
    )
    .sort();

/** A string that begins with such a statement is part of code that the module writes. */
const WRITES_WITH = /["'`](?:\s|\\n|[;{])*with ?\(/;

const from = (name: string): string =>
  JSON.stringify(name === 'Function' ? WRITTEN_CODE : PROVIDED.get(name));

/** What precedes a module's own text, in its first line: no line of the author's moves. */
const preludeFor = (used: readonly string[], reached: readonly string[], asModule: boolean) =>
  [
    ...used.map((name) =>
      asModule
        ? `import { ${name} } from ${from(name)};`
        : `var { ${name} } = require(${from(name)});`,
    ),
    ...reached.map((name) =>
      asModule
        ? `import { ${name} as __cooperage${name} } from ${from(name)}; globalThis.${name} ??= __cooperage${name};`
        : `globalThis.${name} ??= require(${from(name)}).${name};`,
    ),
  ].join(' ');

const SHADOWS = /\b(?:var|let|const)\s+globalThis\b/;
/** As long as the name that it stands for: no column of the author's moves. */
const SHADOW = 'globalThat';

/** A module that has a variable called `globalThis` looks for the global object by other names, which become that one. */
const withoutShadow = (path: string, text: string, lang: ParseOptions['lang']): string => {
  if (!SHADOWS.test(text)) return text;
  const { program, problem } = parse(path, text, { lang, sourceType: 'unambiguous' });
  if (problem !== undefined) return text;
  const edits: Edit[] = [];
  for (const visit of walk(program)) {
    const { node, parent, field } = visit;
    if (!isNamed(node, 'globalThis') || !isVariable(visit)) continue;
    const isShort = parent?.type === 'Property' && parent['shorthand'] === true;
    if (isShort && field === 'key') continue;
    const { start } = node;
    const end = start + SHADOW.length;
    edits.push({ start, end, text: isShort ? `globalThis: ${SHADOW}` : SHADOW });
  }
  return editText(text, edits);
};

/**
 * A module that uses a global without looking whether there is one gets it. One that looks does without it: it would take
 * itself to be in Node, or in a browser.
 */
export const withGlobals = (path: string, given: string, lang: ParseOptions['lang']): string => {
  const text = withoutShadow(path, given, lang);
  const named = new Set(Array.from(text.matchAll(NAMED), ([name]) => name));
  const isOfNode = isPureNodeModule(path);
  const wanted = [...named]
    .filter((name) => isOfNode || ALWAYS.has(name) || !asksFor(text, name))
    .sort();
  if (WRITES_WITH.test(text)) wanted.push('Function');
  if (wanted.length === 0) return text;
  const { program, problem } = parse(path, text, { lang, sourceType: 'unambiguous' });
  if (problem !== undefined) return text;
  const used = usedFree(program, wanted);
  const reached = reachedNames(text);
  if (used.length === 0 && reached.length === 0) return text;
  const asModule = isModule(program);
  const [line = ''] = /^#![^\n]*\n/.exec(text) ?? [];
  return `${line}${preludeFor(used, reached, asModule)} ${text.slice(line.length)}`;
};
