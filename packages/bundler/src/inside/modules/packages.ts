/** Which package a file belongs to, and what it is called on every machine. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { messageOf } from '@cooperage/types';
import { bad } from '../failures.js';

export interface Package {
  readonly folder: string;
  /** Undefined where its package.json does not say. */
  readonly name: string | undefined;
  readonly version: string | undefined;
}

const readFields = (folder: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const fields: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof fields === 'object' && fields !== null
      ? (fields as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

/** The bundler says nothing that helps about a package.json that is none. */
export const insistManifests = (folder: string): void => {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'package.json');
    if (existsSync(path)) {
      const text = readFileSync(path, 'utf8');
      try {
        JSON.parse(text);
      } catch (cause) {
        throw bad(`${path} is not JSON: ${messageOf(cause)}`);
      }
    }
    if (dirname(at) === at) return;
  }
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const slashes = (path: string): string => path.split(sep).join('/');

const isInstalled = (path: string): boolean => /[/\\]node_modules[/\\]/.test(path);

/** @param entry the vat's own module: its package is named by nothing but paths */
export const makePackages = (entry: string) => {
  const known = new Map<string, Package | undefined>();

  /** A package.json without a name, in a folder of a package, says only of which kind its modules are. */
  const packageIn = (folder: string): Package | undefined => {
    if (known.has(folder)) return known.get(folder);
    const fields = readFields(folder);
    const name = textOf(fields?.['name']);
    const version = textOf(fields?.['version']);
    const parent = dirname(folder);
    const found =
      fields !== undefined && (name !== undefined || !isInstalled(folder))
        ? { folder, name, version }
        : parent === folder
          ? undefined
          : packageIn(parent);
    known.set(folder, found);
    return found;
  };

  const own: Package = packageIn(dirname(entry)) ?? {
    folder: dirname(entry),
    name: undefined,
    version: undefined,
  };

  const packageOf = (path: string): Package => packageIn(dirname(path)) ?? own;

  /** Whether the file is one of the vat's author, and not of a package that is installed. */
  const isOwn = (path: string): boolean =>
    !isInstalled(relative(own.folder, path)) && packageOf(path).folder === own.folder;

  /**
   * The same wherever the tree lies, and however packages are laid out in it: `src/vat.ts`,
   * `zod@4.6.7/index.js`; without a version `zod@/index.js`, which no path of the vat's own is.
   */
  const labelOf = (path: string): string => {
    const { folder, name, version } = packageOf(path);
    if (folder === own.folder || name === undefined) return slashes(relative(own.folder, path));
    return `${name}@${version ?? ''}/${slashes(relative(folder, path))}`;
  };

  return { own, packageOf, isOwn, labelOf };
};

export type Packages = ReturnType<typeof makePackages>;
