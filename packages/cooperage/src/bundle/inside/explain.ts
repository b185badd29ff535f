/** What went wrong, in terms of the user's files. */
import { readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CooperageError, messageOf } from '@cooperage/types';
import { type EntryPackage, manifestOf } from './entry-package.js';
import { type FoundImport, importsOf } from './imports.js';

type Modules = ReadonlyMap<string, string>;

const bad = (message: string): CooperageError => new CooperageError('BAD_BUNDLE', message);

const placeOf = ({ path, line }: FoundImport): string => `${path}:${line}`;

const isRelative = (specifier: string): boolean => /^\.{1,2}(?:\/|$)/.test(specifier);

const find = (
  modules: Modules,
  holds: (found: FoundImport) => boolean,
): FoundImport | undefined => {
  for (const found of importsOf(modules)) if (holds(found)) return found;
  return undefined;
};

const SYNTAX =
  /Error (?:transforming|parsing) "?\w+"? (?:source )?in "?(file:[^"\s]+)"?: (.*?) \((\d+):(\d+)\)/;
const MISSING =
  /Cannot find file for internal module "([^"]+)" \(with candidates [^)]*\) in package (file:\S+)/;

const tsTwin = (path: string): string => path.replace(/\.(m?)js$/, '.$1ts');

const explainMissing = (
  specifier: string,
  location: string,
  entry: string,
  modules: Modules,
): CooperageError => {
  const path = resolve(fileURLToPath(location), specifier);
  if (path === entry)
    return new CooperageError('BUNDLE_NOT_FOUND', `there is no vat module ${path}`);
  const importer = find(
    modules,
    (found) =>
      isRelative(found.specifier) && resolve(dirname(found.path), found.specifier) === path,
  );
  const alternative = tsTwin(path) === path ? '' : ` (nor ${tsTwin(path)})`;
  return importer === undefined
    ? bad(`a module is missing: ${path}${alternative}`)
    : bad(
        `${placeOf(importer)} imports "${importer.specifier}", but there is no ${path}${alternative}`,
      );
};

/** @param thrown by the bundler */
export const explainFailure = (
  thrown: unknown,
  entry: string,
  modules: Modules,
): CooperageError => {
  const message = messageOf(thrown);
  const syntax = SYNTAX.exec(message);
  if (syntax !== null) {
    const [, location, what, line, column] = syntax as unknown as [
      string,
      string,
      string,
      string,
      string,
    ];
    return bad(`${fileURLToPath(location)}:${line}:${Number(column) + 1}: ${what}`);
  }
  const missing = MISSING.exec(message);
  if (missing !== null) {
    return explainMissing(missing[1] as string, missing[2] as string, entry, modules);
  }
  return bad(`${entry} cannot be bundled: ${message}`);
};

const packageNameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const isInstalled = (name: string, from: string): boolean => {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (statSync(join(folder, 'node_modules', name), { throwIfNoEntry: false })?.isDirectory()) {
      return true;
    }
    if (dirname(folder) === folder) return false;
  }
};

const DEPENDENCIES = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
];

/** The manifest that decides what the module at `path` may import. */
const manifestFor = (path: string, entryPackage: EntryPackage): string => {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (statSync(manifest, { throwIfNoEntry: false })?.isFile()) return manifest;
    if (dirname(folder) === folder) return manifestOf(entryPackage);
  }
};

const isDeclared = (name: string, manifest: string): boolean => {
  try {
    const fields = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, object | undefined>;
    return DEPENDENCIES.some((field) => Object.hasOwn(fields[field] ?? {}, name));
  } catch {
    return false;
  }
};

const explainPackage = (found: FoundImport, entryPackage: EntryPackage): string => {
  const { specifier, path } = found;
  const name = packageNameOf(specifier);
  const manifest = manifestFor(path, entryPackage);
  if (!isInstalled(name, path)) {
    return `the package ${name} is not installed; npm install ${name}`;
  }
  if (!isDeclared(name, manifest)) {
    return `${manifest} does not name ${name} in its dependencies, and a vat gets nothing else; npm install ${name}`;
  }
  return `the package ${name} has no such module`;
};

const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier);

const explainExit = (found: FoundImport, entryPackage: EntryPackage): string => {
  const { specifier } = found;
  if (isBuiltin(specifier)) {
    return 'vats have nothing of Node; let the host offer what is needed as a service';
  }
  if (isRelative(specifier)) {
    return `it is outside of the package in ${entryPackage.folder}; move it into the package, or install it as a package`;
  }
  return explainPackage(found, entryPackage);
};

/**
 * Modules that the bundle would ask its host for. A `require` of one may be meant to fail, and then fails in
 * the vat; an `import` is refused here.
 *
 * @param exits as the bundler names them: a relative one without the way to it
 */
export const explainExits = (
  exits: readonly string[],
  entryPackage: EntryPackage,
  modules: Modules,
): CooperageError | undefined => {
  for (const exit of exits) {
    const leadsToExit = ({ specifier, path }: FoundImport): boolean =>
      specifier === exit ||
      (isRelative(specifier) && resolve(dirname(path), specifier).endsWith(`${sep}${exit}`));
    const found = find(modules, (each) => each.isStatic && leadsToExit(each));
    if (found !== undefined) {
      return bad(
        `${placeOf(found)} imports "${found.specifier}": ${explainExit(found, entryPackage)}`,
      );
    }
    if (find(modules, leadsToExit) === undefined) return bad(`cannot find the module "${exit}"`);
  }
  return undefined;
};
