import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Raised when bundles are made differently from the same sources by the same tools. */
const REVISION = 2;

/** What turns sources into a bundle. */
const TOOLS = [
  '@endo/compartment-mapper',
  '@endo/evasive-transform',
  '@endo/module-source',
] as const;

const versionIn = (manifest: string): string => {
  const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>;
  return `${name}@${version}`;
};

let known: string | undefined;

/** The versions of all that makes bundles, without loading any of it. */
export const toolVersion = (): string => {
  if (known !== undefined) return known;
  const own = createRequire(import.meta.url);
  const manifest = own.resolve('@endo/bundle-source/package.json');
  const theirs = createRequire(manifest);
  const stripper = join(dirname(own.resolve('amaro')), '..', 'package.json');
  const versions = [
    manifest,
    ...TOOLS.map((name) => theirs.resolve(`${name}/package.json`)),
    stripper,
  ];
  known = [`${REVISION}`, ...versions.map(versionIn)].join(' ');
  return known;
};
