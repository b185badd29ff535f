/**
 * What modules ask for and a vat cannot have. Whether that matters is known when the graph is whole: many packages
 * ask for a module of Node only where they find themselves in Node.
 */
import { readFileSync } from 'node:fs';
import { nodeNameOf, remedyFor } from './node-modules.js';
import type { Packages } from './packages.js';
import { isRelative, packageNameOf } from './source-reader.js';
import { whenRun, type WhenRun } from '../code/when-run.js';

export type ImportKind = 'import-statement' | 'dynamic-import' | 'require-call';

export interface AbsentModule {
  /** By which the bundle asks for it. */
  readonly id: string;
  readonly specifier: string;
  /** The file that asks. */
  readonly importer: string;
  readonly kind: ImportKind;
}

const PREFIX = 'cooperage-absent:';

export const isAbsentId = (id: string): boolean => id.startsWith(PREFIX);

/** Why there is no such module, and what to do. */
export const reasonFor = ({ specifier, importer }: AbsentModule, packages: Packages): string => {
  const node = nodeNameOf(specifier);
  if (node !== undefined) return `vats have no Node modules; ${remedyFor(node)}`;
  if (isRelative(specifier)) return 'there is no such file';
  if (specifier.startsWith('#')) {
    return `the "imports" of the package in ${packages.labelOf(packages.packageOf(importer).folder) || 'this folder'} do not name it`;
  }
  const name = packageNameOf(specifier);
  return `the package ${name} is not installed, or has no such module; run npm install ${name}`;
};

export const makeAbsentModules = (packages: Packages) => {
  const byId = new Map<string, AbsentModule>();
  const texts = new Map<string, string>();

  return {
    /** @returns the id under which the module is left outside of the bundle */
    add: (specifier: string, importer: string, kind: ImportKind): string => {
      const id = `${PREFIX}${packages.labelOf(importer)}:${specifier}`;
      byId.set(id, { id, specifier, importer, kind });
      return id;
    },
    get: (id: string): AbsentModule | undefined => byId.get(id),
    all: (): AbsentModule[] => [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    whenRun: ({ importer, specifier, kind }: AbsentModule): WhenRun => {
      if (kind === 'dynamic-import') return 'guarded';
      const text = texts.get(importer) ?? readFileSync(importer, 'utf8');
      texts.set(importer, text);
      return whenRun(importer, text, specifier);
    },
  };
};

export type AbsentModules = ReturnType<typeof makeAbsentModules>;
