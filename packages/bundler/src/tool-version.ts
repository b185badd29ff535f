import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Raised when bundles are made differently from the same sources by the same tools. */
const REVISION = 6;

/** What turns sources into a bundle, or becomes part of it. */
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

/** The versions of all that makes bundles, without loading any of it. */
export const toolVersion = (): string => {
  const own = createRequire(import.meta.url);
  known ??= [`${REVISION}`, ...TOOLS.map((name) => versionOf(name, own))].join(' ');
  return known;
};
