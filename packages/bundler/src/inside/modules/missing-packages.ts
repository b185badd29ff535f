/** Why an import of a package leads nowhere, and what to do. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveTsconfig } from 'rolldown/experimental';
import { packageNameOf } from './source-reader.js';

/** What npm takes for a package's name. */
const NAME = /^(?:@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/i;

const folderOf = (name: string, importer: string): string | undefined => {
  for (let at = dirname(importer); ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(folder)) return folder;
    if (dirname(at) === at) return undefined;
  }
};

const manifestIn = (folder: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
  } catch {
    return {};
  }
};

/** `@lib/*` matches `@lib/a`. */
const matches = (pattern: string, specifier: string): boolean => {
  const [before = '', after] = pattern.split('*');
  return after === undefined
    ? pattern === specifier
    : specifier.startsWith(before) && specifier.endsWith(after);
};

const aliasFor = (specifier: string, importer: string): string | undefined => {
  try {
    const paths = resolveTsconfig(importer)?.tsconfig.compilerOptions?.paths ?? {};
    // One that takes everything means no package by it.
    return Object.keys(paths).find((pattern) => pattern !== '*' && matches(pattern, specifier));
  } catch {
    return undefined;
  }
};

const SHOWN = 6;

/** The modules that "exports" of a package names. */
const listExports = (exports: unknown): string => {
  const keys =
    typeof exports === 'object' && exports !== null && !Array.isArray(exports)
      ? Object.keys(exports).filter((key) => key.startsWith('.'))
      : [];
  const names = keys.length === 0 ? ['.'] : keys;
  const more = names.length > SHOWN ? ', …' : '';
  return names.slice(0, SHOWN).join(', ') + more;
};

export const reasonForPackage = (specifier: string, importer: string): string => {
  const alias = aliasFor(specifier, importer);
  if (alias !== undefined)
    return `there is no file where "paths" of tsconfig.json sends "${alias}"`;
  const name = packageNameOf(specifier);
  if (!NAME.test(name)) {
    return 'this is not the name of a package; if it is an alias, add it to "paths" of tsconfig.json';
  }
  const folder = folderOf(name, importer);
  if (folder === undefined) return `the package ${name} is not installed; run npm install ${name}`;
  const { version, exports } = manifestIn(folder);
  const label = typeof version === 'string' ? `${name}@${version}` : name;
  const path = specifier.slice(name.length);
  if (exports !== undefined && exports !== null) {
    return `${label} does not export ".${path}" to code like a vat's; its "exports" are ${listExports(exports)}`;
  }
  const missing = path === '' ? 'main module' : `module "${path.slice(1)}"`;
  return `${label} is installed, but has no ${missing}; install another version, or import what it has`;
};
