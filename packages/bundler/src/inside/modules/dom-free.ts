/**
 * A package's form for browsers is the right one for a vat, unless it takes the browser's document for granted where the
 * form for Node has code of its own: then that one is taken, if it is pure.
 */
import { dirname, join } from 'node:path';
import { ResolverFactory } from 'rolldown/experimental';
import { nodeNameOf, pureNodeModule } from './node-modules.js';
import { isRelative, type SourceReader } from './source-reader.js';

const USES =
  /\bnew (?:DOMParser|XMLSerializer)\b|(?<![.\w$])document\.(?:create|implementation|get|query)/;
/** It looks whether there is one, or imports it. */
const LOOKS = /\btypeof (?:document|DOMParser)\b|\bimport\s*\{[^}]*\bDOMParser\b/;
const IMPORTS = /(?:\bfrom|\bimport|\brequire\s*\()\s*(["'])([^"']+)\1/g;

const needsDocument = (text: string): boolean => USES.test(text) && !LOOKS.test(text);

const isPure = (text: string): boolean =>
  Array.from(text.matchAll(IMPORTS), ([, , specifier = '']) => nodeNameOf(specifier)).every(
    (name) => name === undefined || pureNodeModule(name) !== undefined,
  );

const INSTALLED = /[/\\]node_modules[/\\]/;

export const makeDomFree = (reader: SourceReader) => {
  const resolvers = {
    import: new ResolverFactory({ conditionNames: ['module', 'node', 'import', 'default'] }),
    require: new ResolverFactory({ conditionNames: ['module', 'node', 'require', 'default'] }),
  };
  /** Files that were taken for those of browsers. */
  const taken = new Set<string>();

  const textOf = (path: string): string => {
    try {
      return reader.read(path).toString('utf8');
    } catch {
      return '';
    }
  };

  /** Whether a file, or one that it has in its own folder and imports, needs what a vat does not have. */
  const failsInVat = (path: string): boolean => {
    const text = textOf(path);
    const beside = Array.from(text.matchAll(IMPORTS), ([, , specifier = '']) => specifier)
      .filter(isRelative)
      .map((specifier) => textOf(join(dirname(path), specifier)));
    return [text, ...beside].some(needsDocument);
  };

  /** @returns the module to take instead of the one that was found, or undefined */
  return (specifier: string, importer: string, kind: string, found: string): string | undefined => {
    // What a file that was taken imports is not emptied on behalf of browsers, either.
    const isOfTaken = taken.has(importer);
    if (isRelative(specifier) || !(isOfTaken || INSTALLED.test(found))) return undefined;
    const resolver = kind === 'require-call' ? resolvers.require : resolvers.import;
    const { path } = resolver.sync(dirname(importer), specifier);
    if (path === undefined && isOfTaken) return pureNodeModule(nodeNameOf(specifier) ?? '');
    if (path === undefined || path === found) return undefined;
    if (!isOfTaken && !failsInVat(found)) return undefined;
    if (needsDocument(textOf(path)) || !isPure(textOf(path))) return undefined;
    taken.add(path);
    return path;
  };
};

export type DomFree = ReturnType<typeof makeDomFree>;
