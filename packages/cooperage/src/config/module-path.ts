/** Where a `source` leads: a file by its path, or a module of an installed package. */
import { codeOf } from '@cooperage/types';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const isFile = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

/** What `exports` says for ES modules, where `require` is told that there is nothing. */
const targetOf = (entry: unknown): string | undefined => {
  if (typeof entry === 'string') return entry;
  if (Array.isArray(entry)) {
    for (const each of entry) {
      const target = targetOf(each);
      if (target !== undefined) return target;
    }
    return undefined;
  }
  if (typeof entry !== 'object' || entry === null) return undefined;
  for (const [condition, value] of Object.entries(entry)) {
    if (['import', 'module', 'default'].includes(condition)) {
      const target = targetOf(value);
      if (target !== undefined) return target;
    }
  }
  return undefined;
};

const importOnly = (specifier: string, from: string): string | undefined => {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  const name = parts.slice(0, length).join('/');
  const subpath = ['.', ...parts.slice(length)].join('/');
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    if (isFile(manifest)) {
      const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown };
      const bySubpath =
        typeof exports === 'object' && exports !== null && Object.hasOwn(exports, subpath)
          ? (exports as Record<string, unknown>)[subpath]
          : subpath === '.'
            ? exports
            : undefined;
      const target = targetOf(bySubpath);
      return target === undefined ? undefined : join(dirname(manifest), target);
    }
    if (dirname(folder) === folder) return undefined;
  }
};

/** The file of a module named by package; undefined where there is none. */
const packageModule = (specifier: string, from: string): string | undefined => {
  try {
    return createRequire(join(from, 'config.js')).resolve(specifier);
  } catch (error) {
    return codeOf(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
      ? importOnly(specifier, from)
      : undefined;
  }
};

export interface ModulePath {
  /** Absolute; undefined where no file was found. */
  readonly path: string | undefined;
  /** What was looked for, for people. */
  readonly tried: string;
}

export const findModule = (source: string, baseDirectory: string): ModulePath => {
  const path = source.startsWith('file:') ? fileURLToPath(source) : resolve(baseDirectory, source);
  if (isFile(path)) return { path, tried: path };
  const isPath = /^(?:\.{0,2}[/\\]|file:|[A-Za-z]:[/\\])/.test(source);
  if (isPath) return { path: undefined, tried: `there is no file ${path}` };
  const found = packageModule(source, baseDirectory);
  return {
    path: found !== undefined && isFile(found) ? found : undefined,
    tried: `there is no file ${path}, and no installed package has a module ${source}`,
  };
};
