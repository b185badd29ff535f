/** How the bundler finds and reads modules: from the disk, and remembering it. */
import { dirname } from 'node:path';
import { messageOf } from '@cooperage/types';
import type { ModuleType, Plugin } from 'rolldown';
import { type AbsentModules, type ImportKind, isAbsentId } from './modules/absent-modules.js';
import { bad } from './failures.js';
import type { ImportGraph } from './modules/import-graph.js';
import {
  isExtension,
  nodeNameOf,
  plainNodeModule,
  pureNodeModule,
  sourceOfExtension,
} from './modules/node-modules.js';
import type { SourceReader } from './modules/source-reader.js';
import {
  isProvided,
  providedNodeModule,
  resolveProvided,
  sourceOfProvided,
} from './globals/provided.js';
import { withGlobals } from './globals/with-globals.js';
import { type Compiled, langOf } from './code/typescript.js';

export interface PluginPowers {
  readonly reader: SourceReader;
  readonly graph: ImportGraph;
  readonly absent: AbsentModules;
  readonly compile: (path: string, text: string) => Promise<Compiled | undefined>;
}

const TYPES: Readonly<Record<string, ModuleType>> = {
  js: 'js',
  mjs: 'js',
  cjs: 'js',
  jsx: 'jsx',
  ts: 'ts',
  mts: 'ts',
  cts: 'ts',
  tsx: 'tsx',
  json: 'json',
};

const extensionOf = (path: string): string => /\.([^./\\]+)$/.exec(path)?.[1] ?? '';

/** What else people put beside their code is not code. */
const insistCode = (path: string): void => {
  const extension = extensionOf(path);
  if (extension === '' || Object.hasOwn(TYPES, extension)) return;
  throw bad(
    `${path}: a vat consists of JavaScript, TypeScript and JSON modules; pass the contents of a ".${extension}" file ` +
      'to the vat as a parameter, or write a module that exports them',
  );
};

const KINDS: readonly string[] = ['import-statement', 'dynamic-import', 'require-call'];

const kindOf = (kind: string | undefined): ImportKind =>
  KINDS.includes(kind ?? '') ? (kind as ImportKind) : 'import-statement';

const textFrom = (bytes: Buffer): string => bytes.toString('utf8').replace(/^\uFEFF/, '');

export const makePlugin = ({ reader, graph, absent, compile }: PluginPowers): Plugin => ({
  name: 'cooperage',

  async resolveId(specifier, importer, { kind: given }) {
    if (importer === undefined || specifier.startsWith('\0')) return null;
    const kind = kindOf(given);
    const plain = plainNodeModule(specifier) ?? resolveProvided(specifier, importer);
    if (plain !== undefined) return plain;
    const connect = (to: string): string => {
      graph.add({ from: importer, specifier, to, kind });
      return to;
    };
    const nodeName = nodeNameOf(specifier);
    // A package of that name that is installed is what its importer means, unless it says `node:`.
    if (!specifier.startsWith('node:') && !isExtension(importer)) {
      const found = await this.resolve(specifier, importer, { kind: given, skipSelf: true });
      reader.addImport(specifier, importer);
      if (found !== null && found.external === false) {
        if (nodeName === undefined || found.id.includes('node_modules')) {
          connect(found.id);
          // The bundler finds it again, with all that its package says about it.
          return null;
        }
      }
    }
    const pure =
      nodeName === undefined
        ? undefined
        : (pureNodeModule(nodeName) ?? providedNodeModule(nodeName));
    if (pure !== undefined) return connect(pure);
    const id = connect(absent.add(specifier, importer, kind));
    return { id, external: true, moduleSideEffects: false };
  },

  async load(id) {
    if (isExtension(id)) return { code: sourceOfExtension(id), moduleType: 'js' };
    if (isProvided(id)) return { code: sourceOfProvided(id), moduleType: 'js' };
    if (id.startsWith('\0') || isAbsentId(id)) return null;
    const [path = id] = id.split('?');
    insistCode(path);
    let text: string;
    try {
      text = textFrom(reader.read(path));
    } catch (cause) {
      // What a `browser` field empties has no file.
      if (!path.includes(':') && !path.startsWith('/')) return null;
      throw bad(`${path} cannot be read: ${messageOf(cause)}`);
    }
    reader.addFolder(dirname(path));
    const compiled = await compile(path, text);
    const moduleType = TYPES[extensionOf(path)] ?? 'js';
    if (moduleType === 'json') return { code: text, moduleType };
    if (compiled === undefined || compiled.isTyped === true) {
      return { code: withGlobals(path, compiled?.code ?? text, langOf(path)), moduleType };
    }
    return {
      code: withGlobals(path, compiled.code, 'jsx'),
      moduleType: /x$/.test(moduleType) ? 'jsx' : 'js',
      ...(compiled.map !== undefined && { map: compiled.map }),
    };
  },
});
