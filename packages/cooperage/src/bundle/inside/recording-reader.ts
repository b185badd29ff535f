/** The bundler's view of the disk: reads TypeScript as JavaScript, and remembers what it was asked for. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CooperageError } from '@cooperage/types';
import { hashOf, type InputFile, type Inputs } from '../inputs.js';
import { type EntryPackage, madeUpManifest, manifestOf, readManifest } from './entry-package.js';
import { stripTypes } from './strip-types.js';

/** Names that a compiler would have given to the module. */
const COMPILED: readonly (readonly [compiled: RegExp, source: string])[] = [
  [/\.js$/, '.ts'],
  [/\.mjs$/, '.mts'],
];
const TYPESCRIPT = /\.m?ts$/;

/** `name` or `@scope/name` of a path in a `node_modules`. */
const PACKAGE_OF = /.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/;
const packageOf = (path: string): string | undefined => PACKAGE_OF.exec(path)?.[1];

const isManifest = (path: string): boolean => basename(path) === 'package.json';

export const makeRecordingReader = (entryPackage: EntryPackage) => {
  const since = Date.now();
  const files = new Map<string, InputFile>();
  const absent = new Set<string>();
  const links = new Map<string, string>();
  /** Texts of modules, by path, for messages. */
  const modules = new Map<string, string>();
  let problem: CooperageError | undefined;

  const readFile = (path: string): Buffer | undefined => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile()) {
      absent.add(path);
      return undefined;
    }
    const bytes = readFileSync(path);
    // A file that changes under our eyes is taken as it was read; its time will not match later.
    files.set(path, [path, bytes.length, stats.mtimeMs, hashOf(bytes)]);
    return bytes;
  };

  const readTypescript = (path: string): Buffer | undefined => {
    const bytes = readFile(path);
    if (bytes === undefined) return undefined;
    const source = bytes.toString('utf8');
    modules.set(path, source);
    return Buffer.from(stripTypes(source, path));
  };

  const readModule = (path: string): Buffer | undefined => {
    if (TYPESCRIPT.test(path)) return readTypescript(path);
    const bytes = readFile(path);
    if (bytes !== undefined) {
      modules.set(path, bytes.toString('utf8'));
      return bytes;
    }
    for (const [compiled, source] of COMPILED) {
      if (compiled.test(path)) return readTypescript(path.replace(compiled, source));
    }
    return undefined;
  };

  const find = (location: string): Buffer | undefined => {
    const path = fileURLToPath(location);
    if (!isManifest(path)) return readModule(path);
    const bytes = readFile(path);
    if (path !== manifestOf(entryPackage)) return bytes;
    return bytes === undefined ? madeUpManifest(entryPackage) : readManifest(bytes, entryPackage);
  };

  const maybeRead = async (location: string): Promise<Buffer | undefined> => {
    try {
      return find(location);
    } catch (thrown) {
      problem ??= thrown as CooperageError;
      throw thrown;
    }
  };

  const read = async (location: string): Promise<Buffer> => {
    const bytes = await maybeRead(location);
    if (bytes === undefined) throw Error(`ENOENT: no such file, ${fileURLToPath(location)}`);
    return bytes;
  };

  const canonical = async (location: string): Promise<string> => {
    const path = fileURLToPath(location);
    try {
      const real = realpathSync(path);
      const isFolder = location.endsWith('/');
      const plain = isFolder ? path.replace(/[/\\]$/, '') : path;
      if (real !== plain) links.set(plain, real);
      const { href } = pathToFileURL(real);
      return isFolder ? `${href}/` : href;
    } catch {
      return location;
    }
  };

  /** The bundler looks at every dependency's package.json; those count that led to a module. */
  const inputs = (): Inputs => {
    const folders = new Set<string>();
    const packages = new Set<string>();
    for (const path of modules.keys()) {
      for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) {
        folders.add(folder);
      }
      const name = packageOf(path);
      if (name !== undefined) packages.add(name);
    }
    const followed = [...links].filter(([, target]) => folders.has(target));
    for (const [link] of followed) {
      const name = packageOf(join(link, 'package.json'));
      if (name !== undefined) packages.add(name);
    }
    const matters = (path: string): boolean => {
      const name = packageOf(path);
      return name === undefined || packages.has(name);
    };
    return {
      since,
      files: [...files.values()].filter(
        ([path]) => !isManifest(path) || folders.has(dirname(path)),
      ),
      absent: [...absent].filter((path) => !isManifest(path) || matters(path)),
      links: followed,
    };
  };

  return {
    powers: { read, maybeRead, canonical },
    inputs,
    modules: modules as ReadonlyMap<string, string>,
    /** What was wrong with a file that was read, where something was. */
    problem: () => problem,
  };
};
