/**
 * Which of the modules that a vat cannot have matter: those that are asked for as soon as the vat starts, by a module
 * that is in the bundle and that nothing kept from being evaluated. What is asked for later, or in vain, fails then.
 */
import { readFileSync } from 'node:fs';
import type { OutputChunk } from 'rolldown';
import { type AbsentModule, type AbsentModules, reasonFor } from './modules/absent-modules.js';
import { bad } from './failures.js';
import type { Edge, ImportGraph } from './modules/import-graph.js';
import { lineOfImport } from './code/import-places.js';
import { nodeNameOf } from './modules/node-modules.js';
import type { Packages } from './modules/packages.js';
import type { AbsentUses } from './script.js';
import { isRelative } from './modules/source-reader.js';
import { whenRun } from './code/when-run.js';

export interface RefusalPowers {
  readonly entry: string;
  readonly graph: ImportGraph;
  readonly packages: Packages;
  readonly absent: AbsentModules;
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** `a.js:1 imports "b" → b@1.0.0/index.js:3 imports "fs"` */
const describeWay = (way: readonly Edge[], nameOf: (path: string) => string): string =>
  way
    .map(({ from, specifier, kind }) => {
      const verb = kind === 'require-call' ? 'requires' : 'imports';
      return `${nameOf(from)}:${lineOfImport(textOf(from), specifier)} ${verb} "${specifier}"`;
    })
    .join(' → ');

export const refuseAbsent = (powers: RefusalPowers, chunk: OutputChunk): AbsentUses => {
  const { entry, graph, packages, absent } = powers;
  const isIn = (path: string): boolean =>
    path === entry || (chunk.modules[path]?.renderedLength ?? 0) > 0;
  const edgeRuns = new Map<Edge, boolean>();

  /** Whether the evaluation of one module brings about that of the other. */
  const certainlyRuns = (edge: Edge): boolean => {
    const { from, specifier, kind } = edge;
    if (kind === 'import-statement') return isIn(from);
    if (kind === 'dynamic-import' || !isIn(from)) return false;
    let runs = edgeRuns.get(edge);
    if (runs === undefined) {
      runs = whenRun(from, textOf(from), specifier) !== 'guarded';
      edgeRuns.set(edge, runs);
    }
    return runs;
  };

  const tell = (module: AbsentModule, nameOf: (path: string) => string, way?: readonly Edge[]) => {
    const found = way ?? graph.wayTo(entry, module.id) ?? [];
    return `${describeWay(found, nameOf)}: ${reasonFor(module, packages)}`;
  };

  const isKept = ({ id, kind }: AbsentModule): boolean =>
    kind !== 'import-statement' || chunk.imports.includes(id);

  /** What cannot be linked: modules that are not there are no matter of what Node has and a vat has not. */
  const isBroken = ({ specifier, kind }: AbsentModule): boolean =>
    kind === 'import-statement' && nodeNameOf(specifier) === undefined;

  /** A module that its importer cannot do without, or that the vat's author should not ask for. */
  const insist = (module: AbsentModule): boolean => {
    const { importer, kind } = module;
    if (isBroken(module)) return true;
    if (kind === 'dynamic-import' || !isIn(importer)) return false;
    if (kind === 'import-statement' && packages.isOwn(importer)) return true;
    return isKept(module) && absent.whenRun(module) === 'certain';
  };

  for (const module of absent.all()) {
    if (!insist(module)) continue;
    const links = (edge: Edge): boolean =>
      isBroken(module) && edge.kind === 'import-statement' ? true : certainlyRuns(edge);
    const way = graph.wayTo(entry, module.id, links);
    if (way === undefined) continue;
    throw bad(tell(module, (path) => path, way) + twinOf(module));
  }

  return {
    messageFor: (id) => {
      const module = absent.get(id);
      return module === undefined ? id : tell(module, packages.labelOf);
    },
    isLazy: (id) => {
      const module = absent.get(id);
      return module !== undefined && absent.whenRun(module) === 'lazy';
    },
  };
};

/** A compiler's name for a module that is not there in TypeScript either. */
const twinOf = ({ specifier }: AbsentModule): string =>
  isRelative(specifier) && /\.m?js$/.test(specifier)
    ? ` (nor ${specifier.replace(/\.(m?)js$/, '.$1ts')})`
    : '';
