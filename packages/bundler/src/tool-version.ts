/** What makes bundles: a bundle in the cache is good for what made it, and for nothing else. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Packages that turn sources into a bundle, or become part of it. */
const TOOLS = [
  '@ungap/structured-clone',
  'assert',
  'buffer',
  'esbuild',
  'events',
  'path-browserify',
  'querystring-es3',
  'readable-stream',
  'rolldown',
  'string_decoder',
  'url',
  'util',
  'whatwg-url-minimum',
] as const;

let known: string | undefined;

/** Of a dependency, some of which let nothing of theirs be imported but their entry. */
const versionOf = (name: string, own: NodeJS.Require): string => {
  for (const folder of own.resolve.paths(name) ?? []) {
    try {
      const { version } = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as {
        version: string;
      };
      return `${name}@${version}`;
    } catch {
      // It is further up.
    }
  }
  return name;
};

/** Of the code in folders, wherever these are. */
export const hashOfCode = (folders: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((each) => each.endsWith('.js')).sort()) {
      const code = readFileSync(join(folder, name));
      hash.update(`${name.split(sep).join('/')} ${code.length}\n`).update(code);
    }
  }
  return hash.digest('hex');
};

/** The code of this package, as threads that bundle load it: the build, and what it puts into bundles. */
const ownFolders = (): string[] => {
  const build = new URL(import.meta.url.endsWith('.ts') ? '../dist/' : './', import.meta.url);
  return [build, new URL('../globals/', build)].map((url) => fileURLToPath(url));
};

/** The versions of all that makes bundles, and the hash of this package, without loading any of it. */
export const toolVersion = (): string => {
  const own = createRequire(import.meta.url);
  known ??= [hashOfCode(ownFolders()), ...TOOLS.map((name) => versionOf(name, own))].join(' ');
  return known;
};
