/** The bundler's view of the disk: reads modules, and remembers what the bundle depends on. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashOf, type InputFile, type Inputs } from '../../inputs.js';

/** `name` or `@scope/name` of an import that is neither a path nor one of the package's own names. */
export const packageNameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export const isRelative = (specifier: string): boolean => /^\.{1,2}(?:\/|$)/.test(specifier);

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
const TWINS = /\.[cm]?jsx?$/;

/** Where a module of this path may be found: more than is looked for does no harm. */
const candidatesOf = (path: string): string[] => [
  path,
  ...(TWINS.test(path) ? [path.replace(/js(x?)$/, 'ts$1'), path.replace(/jsx?$/, 'tsx')] : []),
  ...EXTENSIONS.map((extension) => path + extension),
  join(path, 'package.json'),
  ...EXTENSIONS.map((extension) => join(path, `index${extension}`)),
];

export const makeSourceReader = () => {
  const since = Date.now();
  const files = new Map<string, InputFile>();
  const absent = new Set<string>();
  const links = new Map<string, string>();
  const folders = new Set<string>();
  /** What imports mean, as far as it was looked for. */
  const looked = new Set<string>();

  const look = (path: string) => {
    try {
      return statSync(path, { throwIfNoEntry: false });
    } catch {
      // A file is where a folder would have to be.
      return undefined;
    }
  };
  const isThere = (path: string): boolean => look(path) !== undefined;

  /** @throws where it cannot be read */
  const read = (path: string): Buffer => {
    const stats = statSync(path);
    const bytes = readFileSync(path);
    // A file that changes under our eyes is taken as it was read; its time will not match later.
    files.set(path, [path, bytes.length, stats.mtimeMs, hashOf(bytes)]);
    return bytes;
  };

  const addInput = (path: string): void => {
    if (files.has(path) || absent.has(path)) return;
    if (look(path)?.isFile() === true) read(path);
    else absent.add(path);
  };

  /** What decides how modules of this folder are read and what they may import. */
  const addFolder = (folder: string): void => {
    for (let at = folder; !folders.has(at); at = dirname(at)) {
      folders.add(at);
      addInput(join(at, 'package.json'));
      if (!/[/\\]node_modules(?:[/\\]|$)/.test(at)) addInput(join(at, 'tsconfig.json'));
    }
  };

  const addCandidates = (path: string): void => {
    if (looked.has(path)) return;
    looked.add(path);
    for (const candidate of candidatesOf(path)) if (!isThere(candidate)) absent.add(candidate);
  };

  const addPackage = (name: string, importer: string): void => {
    const key = `${dirname(importer)}\0${name}`;
    if (looked.has(key)) return;
    looked.add(key);
    for (let folder = dirname(importer); ; folder = dirname(folder)) {
      const place = join(folder, 'node_modules', name);
      if (isThere(place)) {
        const real = realpathSync(place);
        if (real !== place) links.set(place, real);
        addInput(join(real, 'package.json'));
        return;
      }
      absent.add(place);
      if (dirname(folder) === folder) return;
    }
  };

  /** @param specifier as the module at `importer` has it */
  const addImport = (specifier: string, importer: string): void => {
    if (isRelative(specifier)) addCandidates(join(dirname(importer), specifier));
    else if (!specifier.startsWith('#')) addPackage(packageNameOf(specifier), importer);
  };

  return {
    read,
    addInput,
    addFolder,
    addImport,
    hashOf: (path: string): string | undefined => files.get(path)?.[3],
    inputs: (): Inputs => ({
      since,
      files: [...files.values()].sort(([a], [b]) => (a < b ? -1 : 1)),
      absent: [...absent].sort(),
      links: [...links].sort(([a], [b]) => (a < b ? -1 : 1)),
    }),
  };
};

export type SourceReader = ReturnType<typeof makeSourceReader>;
