/** One bundle: a vat's module, and all that it imports, as one script. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import type { BundledModule, BundleText, MadeBundle } from '../format.js';
import { type AbsentModule, makeAbsentModules } from './modules/absent-modules.js';
import type { SourceMap } from './code/edits.js';
import { explainFailure } from './failures.js';
import { makeImportGraph } from './modules/import-graph.js';
import { isExtension } from './modules/node-modules.js';
import { insistManifests, makePackages, type Packages } from './modules/packages.js';
import { makePlugin } from './plugin.js';
import { refuseAbsent, type RefusalPowers } from './refusals.js';
import { explainRoot } from './root-check.js';
import { makeScript } from './script.js';
import { makeSourceReader, type SourceReader } from './modules/source-reader.js';
import { makeTypescript } from './code/typescript.js';

/** What code finds where it looks around. Longer names first. */
const DEFINE = {
  'process.env.NODE_ENV': '"production"',
  'process.env': '{}',
  global: 'globalThis',
  self: 'globalThis',
  __filename: '"/index.js"',
  __dirname: '"/"',
};

const build = async (entry: string, powers: Parameters<typeof makePlugin>[0]) => {
  const bundle = await rolldown({
    input: entry,
    cwd: dirname(entry),
    platform: 'browser',
    tsconfig: true,
    resolve: {
      extensionAlias: {
        '.js': ['.js', '.ts', '.tsx'],
        '.jsx': ['.jsx', '.tsx'],
        '.mjs': ['.mjs', '.mts'],
        '.cjs': ['.cjs', '.cts'],
      },
      // `import` or `require` come on top, as the import is written. A vat is a worker in this: it has no document.
      conditionNames: ['module', 'worker', 'browser', 'production', 'default'],
    },
    transform: { define: DEFINE, target: 'es2022' },
    // A constant that was written into another module would be in the bundle without its own module in the list.
    optimization: { inlineConst: false },
    experimental: { attachDebugInfo: 'none' },
    logLevel: 'silent',
    plugins: [makePlugin(powers)],
  });
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      file: 'vat.js',
      codeSplitting: false,
      polyfillRequire: false,
      minify: 'dce-only',
      comments: false,
      keepNames: true,
      sourcemap: true,
    });
    return output[0];
  } finally {
    await bundle.close();
  }
};

/** Paths become what they are called everywhere. */
const relabel = (map: SourceMap, labels: ReadonlyMap<string, string>): string => {
  const { sources, sourcesContent, names, mappings } = map;
  const named = sources.map((path) => (path === null ? null : (labels.get(path) ?? path)));
  return JSON.stringify({ version: 3, sources: named, sourcesContent, names, mappings });
};

const listModules = (
  chunk: OutputChunk,
  reader: SourceReader,
  packages: Packages,
): BundledModule[] =>
  Object.entries(chunk.modules)
    .filter(([id, { renderedLength }]) => renderedLength > 0 && !id.startsWith('\0'))
    .map(([id, { renderedLength }]) => {
      const [path = id] = id.split('?');
      return [packages.labelOf(path), reader.hashOf(path) ?? '', renderedLength] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** Rolldown's own paths are relative to where its output would be. */
const absoluteMap = (chunk: OutputChunk, entry: string): SourceMap => {
  const map = chunk.map as unknown as SourceMap | null;
  // None where nothing of any module is left.
  if (map === null) return { version: 3, sources: [], sourcesContent: [], names: [], mappings: '' };
  const folder = dirname(entry);
  return {
    ...map,
    version: 3,
    sources: map.sources.map((source) =>
      source === null || isExtension(source)
        ? source
        : new URL(source, `file://${folder}/`).pathname,
    ),
  };
};

/** @throws {CooperageError} `BAD_BUNDLE` */
export const makeBundle = async (entry: string): Promise<MadeBundle> => {
  const reader = makeSourceReader();
  const graph = makeImportGraph();
  const packages = makePackages(entry);
  const absent = makeAbsentModules(packages);
  const compile = makeTypescript(reader.addInput);
  const powers: RefusalPowers = { entry, graph, packages, absent };
  let chunk: OutputChunk;
  insistManifests(dirname(entry));
  try {
    chunk = await build(entry, { reader, graph, absent, compile });
  } catch (thrown) {
    throw explainFailure(thrown, entry, dirname(entry));
  }
  const uses = refuseAbsent(powers, chunk);
  const map = absoluteMap(chunk, entry);
  const script = makeScript({ text: chunk.code, map }, entry, uses);
  const slip = explainRoot(entry, { names: chunk.exports, kind: script.rootKind });
  if (slip !== undefined) throw slip;
  const labels = new Map(
    map.sources.flatMap((path) => (path === null ? [] : [[path, packages.labelOf(path)]])),
  );
  const sourceMap = relabel(script.map, labels);
  const bundle: BundleText = {
    moduleFormat: 'endoScript',
    source: script.text,
    cooperage: {
      format: 1,
      sourceMap: createHash('sha512').update(sourceMap).digest('hex'),
      ...(script.globals.length > 0 && { globals: script.globals }),
      modules: listModules(chunk, reader, packages),
    },
  };
  return { text: JSON.stringify(bundle), sourceMap, inputs: reader.inputs() };
};

export type { AbsentModule };
