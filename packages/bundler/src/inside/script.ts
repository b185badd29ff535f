/**
 * From the one module that the bundler made to a script whose value is the module's namespace, in words that SES
 * takes. It needs nothing around it but a compartment's globals.
 */
import { makeTrace } from '../trace.js';
import { isAbsentId } from './modules/absent-modules.js';
import { type Edit, edit, editText, type SourceMap } from './code/edits.js';
import { placeAt } from './code/code-frame.js';
import { rewriteConstructor } from './code/constructors.js';
import { failAt } from './failures.js';
import { makeAssignedGlobals } from './globals/assigned.js';
import { pureGlobalsFor } from './globals/written.js';
import { LAST_MATCH, rewriteMatches, usesLastMatch } from './code/last-match.js';
import { kindOfRoot } from './root-check.js';
import { ASSIGN, rewriteSharedDefaults } from './code/shared-defaults.js';
import { blankComment, rewriteForSes } from './code/ses-safe.js';
import { type Node, parse, stringOf, type Visit, walk } from './code/syntax.js';

export interface ModuleText {
  readonly text: string;
  readonly map: SourceMap;
}

export interface AbsentUses {
  /** Why the module of this id is not there, for who asks for it while the vat runs. */
  readonly messageFor: (id: string) => string;
  /** Whether a `require` of it that stands alone gives something that fails when it is used. */
  readonly isLazy: (id: string) => boolean;
}

const nameOf = (node: unknown): string => {
  const { type, name, value } = node as Node & { name?: string; value?: unknown };
  return type === 'Literal' ? JSON.stringify(value) : (name as string);
};

interface Exports {
  /** `name: local`, of each. */
  readonly names: (readonly [exported: string, local: string])[];
  readonly absent: Set<string>;
  readonly edits: Edit[];
}

const rewriteImport = (node: Node, found: Exports): void => {
  const id = stringOf(node['source']) as string;
  found.absent.add(id);
  const shown = JSON.stringify(id);
  const bindings = (node['specifiers'] as Node[]).map((each) => {
    const local = nameOf(each['local']);
    if (each.type === 'ImportNamespaceSpecifier')
      return `${local} = __cooperage__.absent(${shown})`;
    const imported = each.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(each['imported']);
    const key = imported.startsWith('"') ? imported : JSON.stringify(imported);
    return `${local} = __cooperage__.absent(${shown}, ${key})`;
  });
  const text = bindings.length === 0 ? '' : `const ${bindings.join(', ')};`;
  found.edits.push({ start: node.start, end: node.end, text });
};

const rewriteExport = (node: Node, found: Exports): void => {
  const remove = { start: node.start, end: node.end, text: '' };
  if (node.type === 'ExportNamedDeclaration' && node['declaration'] === null) {
    if (node['source'] !== null) found.absent.add(stringOf(node['source']) as string);
    else {
      for (const each of node['specifiers'] as Node[]) {
        found.names.push([nameOf(each['exported']), nameOf(each['local'])]);
      }
    }
    found.edits.push(remove);
  } else if (node.type === 'ExportAllDeclaration') {
    found.absent.add(stringOf(node['source']) as string);
    found.edits.push(remove);
  } else if (node.type === 'ExportDefaultDeclaration') {
    const { start } = node['declaration'] as Node;
    found.edits.push({ start: node.start, end: start, text: 'const __cooperageDefault__ = ' });
    found.names.push(['default', '__cooperageDefault__']);
  } else if (node.type === 'ExportNamedDeclaration') {
    throw Error('the bundler exports a declaration');
  }
};

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Whether the module waits for something before it has been evaluated. */
const awaits = (program: Node): boolean => {
  const waiting: Node[] = [program];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.type === 'AwaitExpression') return true;
    if (node.type === 'ForOfStatement' && node['await'] === true) return true;
    if (FUNCTIONS.includes(node.type) || node.type === 'PropertyDefinition') continue;
    for (const value of Object.values(node)) {
      for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (typeof each === 'object' && each !== null && 'type' in each) waiting.push(each as Node);
      }
    }
  }
  return false;
};

const rewriteOthers = ({ node }: Visit, absent: Set<string>): Edit[] => {
  const { start, end, type } = node;
  if (type === 'ImportExpression') {
    const id = stringOf(node['source']);
    if (id !== undefined && isAbsentId(id)) absent.add(id);
    // `import(`, of which the parenthesis stays.
    return [{ start, end: start + 'import'.length, text: '__cooperage__.import' }];
  }
  if (type === 'MetaProperty' && nameOf(node['meta']) === 'import') {
    return [{ start, end, text: '__cooperage__.meta' }];
  }
  if (type === 'Literal' && isAbsentId(String(node['value']))) absent.add(String(node['value']));
  return [];
};

const NAMESPACE = (names: Exports['names']): string => {
  const getters = [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([exported, local]) => `get ${exported}() { return ${local}; }`);
  return `return Object.freeze({ __proto__: null, ${getters.join(', ')} });`;
};

/** What stands around the module: only what it has use for. */
const surroundings = (
  text: string,
  absent: ReadonlySet<string>,
  { messageFor, isLazy }: AbsentUses,
): string => {
  const parts: string[] = [];
  const uses = (name: string): boolean => text.includes(`__cooperage__.${name}`);
  if (uses('RegExp')) parts.push('RegExp: (pattern, flags) => new RegExp(pattern, flags)');
  if (uses('meta')) parts.push('meta: Object.create(null)');
  if (uses('template')) parts.push(TEMPLATE);
  if (uses('assign')) parts.push(ASSIGN);
  if (uses('found') || uses('match')) parts.push(LAST_MATCH);
  const messages = [...absent].sort().map((id) => [id, messageFor(id), isLazy(id)] as const);
  parts.push(`messages: ${JSON.stringify(Object.fromEntries(messages.map(([id, m]) => [id, m])))}`);
  parts.push(`lazy: ${JSON.stringify(messages.filter(([, , lazy]) => lazy).map(([id]) => id))}`);
  return `{ ${parts.join(', ')} }`;
};

const TEMPLATE =
  'templates: [], template(number, cooked, raw) { return this.templates[number] ??= ' +
  "Object.freeze(Object.defineProperty(cooked, 'raw', { value: Object.freeze(raw) })); }";

/** Fails with the reason, for whatever is done with a module that is not there. */
const ABSENT = `
const fail = (id) => {
  const known = Object.prototype.hasOwnProperty.call(__cooperage__.messages, id);
  throw Error(known ? __cooperage__.messages[id] : "there is no module \\"" + id + "\\" in this vat: its name was " +
    "not known when the vat was bundled");
};
const refuse = (id) => () => fail(id);
const traps = (id) => ({
  get: (_, key) => typeof key === "symbol" || key === "then" || key === "__esModule" ? undefined : fail(id),
  has: refuse(id), apply: refuse(id), construct: refuse(id), set: refuse(id)
});
__cooperage__.absent = (id, name) => {
  const target = function () {};
  return name === undefined || name === "default" ? new Proxy(target, traps(id))
    : Object.assign(function () { fail(id); }, {});
};
__cooperage__.import = async (id) => fail(id);
const require = (id) => __cooperage__.lazy.includes(id) ? __cooperage__.absent(id) : fail(id);
`
  .trim()
  .replaceAll('\n', ' ');

const findProblem = (
  problem: { readonly message: string; readonly at: number },
  { text, map }: ModuleText,
  entry: string,
) => {
  const place = placeAt(text, problem.at);
  const found = makeTrace(map)(place);
  return failAt(found?.source ?? entry, found ?? { line: 1, column: 1 }, problem.message);
};

interface Script extends ModuleText {
  /** Properties of the global object that the script assigns. */
  readonly globals: readonly string[];
  /** What it exports as `buildRootObject`, if that is no function. */
  readonly rootKind: string | undefined;
}

/** @throws {CooperageError} `BAD_BUNDLE` where a module is not strict JavaScript */
export const makeScript = (module: ModuleText, entry: string, uses: AbsentUses): Script => {
  const { text, map } = module;
  const { program, comments, problem } = parse('bundle.js', text, {
    lang: 'js',
    sourceType: 'module',
  });
  if (problem !== undefined) throw findProblem(problem, module, entry);
  const found: Exports = { names: [], absent: new Set(), edits: [] };
  const edits = comments.map((comment) => blankComment(comment, text));
  const globals = makeAssignedGlobals();
  const keepsMatches = usesLastMatch(text);
  let templates = 0;
  for (const visit of walk(program)) {
    const { node } = visit;
    globals.visit(node);
    if (node.type === 'ImportDeclaration') rewriteImport(node, found);
    else if (/^Export.*Declaration$/.test(node.type)) rewriteExport(node, found);
    else {
      edits.push(
        ...rewriteForSes(visit, text, templates),
        ...rewriteOthers(visit, found.absent),
        ...rewriteConstructor(node),
        ...rewriteSharedDefaults(visit, text),
        ...(keepsMatches ? rewriteMatches(visit, text) : []),
      );
      if (node.type === 'TaggedTemplateExpression') templates += 1;
    }
  }
  edits.push(...found.edits);
  const isAsync = text.includes('await') && awaits(program);
  const body = editText(text, edits);
  const asks = found.absent.size > 0 || /\b(?:require|__cooperage__\.import)\b/.test(body);
  const needs = body.includes('__cooperage__.') || asks;
  const given = needs ? surroundings(body, found.absent, uses) : '{}';
  const before = `((__cooperage__) => { ${asks ? ABSENT : ''} ${pureGlobalsFor(body)}return (${isAsync ? 'async ' : ''}() => {\n`;
  const after = `\n${NAMESPACE(found.names)}\n})();\n})(${given})`;
  const [, root] = found.names.find(([name]) => name === 'buildRootObject') ?? [];
  return {
    ...edit(text, map, edits, { before, after }),
    globals: globals.names(),
    rootKind: root === undefined ? undefined : kindOfRoot(program, root),
  };
};
