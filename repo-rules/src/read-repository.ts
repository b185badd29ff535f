import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Manifest, Package, Repository, TextFile } from './repository.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Made by tools, or input for tests that is wrong on purpose. */
const skipped = new Set(['node_modules', 'dist', 'coverage', 'fixtures', 'api']);

const read = (path: string): TextFile => ({ path, text: readFileSync(join(root, path), 'utf8') });

const filesUnder = (folder: string): string[] => {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : filesUnder(path);
    }
    return [path];
  });
};

const isSource = (path: string): boolean => /\.(tsx?|mts|js|mjs)$/.test(path);

const foldersOf = (parent: string): string[] =>
  existsSync(join(root, parent))
    ? readdirSync(join(root, parent))
        .map((name) => posix.join(parent, name))
        .filter((folder) => existsSync(join(root, folder, 'package.json')))
    : [];

const readReferences = (folder: string): string[] => {
  const path = join(root, folder, 'tsconfig.json');
  if (!existsSync(path)) return [];
  const { config } = ts.readConfigFile(path, (name) => readFileSync(name, 'utf8')) as {
    config?: { references?: { path: string }[] };
  };
  return (config?.references ?? []).map((reference) => posix.join(folder, reference.path));
};

const readPackage = (folder: string): Package => {
  const paths = filesUnder(folder);
  return {
    folder,
    manifest: JSON.parse(read(posix.join(folder, 'package.json')).text) as Manifest,
    references: readReferences(folder),
    entries: ['README.md', 'LICENSE', 'src/index.ts', 'test'].filter((name) =>
      existsSync(join(root, folder, name)),
    ),
    files: paths.filter(isSource).map(read),
    fixtures: filesUnder(posix.join(folder, 'fixtures')).filter(isSource).map(read),
  };
};

/** Markdown that users read. */
const readDocuments = (): TextFile[] =>
  [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md'],
    ...['docs', 'packages', 'examples', 'benchmarks'].flatMap(filesUnder),
  ]
    .filter((path) => path.endsWith('.md'))
    .map(read);

/** Fixtures and dot files included. */
const readPaths = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  }).split('\n');

export const readRepository = (): Repository => {
  const packages = [...foldersOf('packages'), ...foldersOf('examples')].map(readPackage);
  const others = ['scripts', 'repo-rules', 'benchmarks'].flatMap(filesUnder).filter(isSource);
  return {
    packages,
    files: [...packages.flatMap(({ files }) => files), ...others.map(read)],
    documents: readDocuments(),
    paths: readPaths(),
    home: (JSON.parse(read('package.json').text) as Manifest).homepage?.split('#')[0] ?? '',
    decisions: filesUnder('docs/adr').map(read),
  };
};
