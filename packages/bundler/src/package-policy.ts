/**
 * Which packages may be in a vat: a list beside the vat's module, `greeter.packages.json` for `greeter.js`. The idea is
 * LavaMoat's (https://github.com/LavaMoat/LavaMoat), for each vat by itself: what a package can do is in the vat's hands
 * anyway, so that the list says only who is in, and in which form.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { codeOf, CooperageError, messageOf } from '@cooperage/types';
import { type BundleContents, contentsOf, type PackageContents } from './bundle-contents.js';

/**
 * By `name@version`, or by `name` for all versions: the SHA-256 over the modules that are in the bundle, or `true` for
 * any.
 */
export type AllowedPackages = Readonly<Record<string, string | true>>;

/** The path of the list for a vat's module, whether it is there or not. */
export const allowedPackagesFile = (entry: string): string =>
  `${entry.slice(0, entry.length - extname(entry).length)}.packages.json`;

const keyOf = ({ name, version }: PackageContents): string =>
  version === undefined ? `${name}` : `${name}@${version}`;

const hashOf = ({ modules }: PackageContents): string => {
  const lines = modules.map(({ path, sha256 }) => `${path}\0${sha256}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
};

const installedIn = ({ packages }: BundleContents): readonly PackageContents[] =>
  packages.filter(({ name }) => name !== undefined);

/** Allows just what a bundle has, as it has it. In the order of the keys. */
export const allowContents = (contents: BundleContents): AllowedPackages =>
  Object.fromEntries(
    installedIn(contents)
      .map((each) => [keyOf(each), hashOf(each)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const bad = (problem: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_BUNDLE', problem, cause === undefined ? {} : { cause });

const parse = (text: string, file: string): AllowedPackages => {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw bad(`${file} is not JSON: ${messageOf(cause)}`, cause);
  }
  const { packages, ...rest } = (read ?? {}) as { packages?: unknown };
  const isObject = typeof packages === 'object' && packages !== null && !Array.isArray(packages);
  if (!isObject || Object.keys(rest).length > 0) {
    throw bad(`${file} must be an object with "packages" and nothing else`);
  }
  for (const [key, value] of Object.entries(packages)) {
    if (value === true || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))) continue;
    throw bad(`${file}: packages[${JSON.stringify(key)}] must be a SHA-256, or true for any`);
  }
  return packages as AllowedPackages;
};

/**
 * The list beside a vat's module; undefined where there is none, so that all packages are allowed.
 * @throws {CooperageError} `BAD_BUNDLE` where it cannot be read
 */
export const readAllowedPackages = async (entry: string): Promise<AllowedPackages | undefined> => {
  const file = allowedPackagesFile(entry);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw bad(`cannot read ${file}: ${messageOf(cause)}`, cause);
  }
  return parse(text, file);
};

const problemOf = (allowed: AllowedPackages, each: PackageContents): string | undefined => {
  const key = keyOf(each);
  const found = [key, `${each.name}`].find((name) => Object.hasOwn(allowed, name));
  if (found === undefined) {
    const others = Object.keys(allowed).filter((name) => name.startsWith(`${each.name}@`));
    return others.length === 0
      ? `${key} is not allowed`
      : `${key} is not allowed, ${others.join(' and ')} is`;
  }
  const hash = allowed[found];
  if (hash === true || hash === hashOf(each)) return undefined;
  return `${key} has other modules than when it was allowed`;
};

/**
 * @param entry the path of the vat's module
 * @param text  the bundle that was made of it
 * @throws {CooperageError} `BAD_BUNDLE`, which names each package that is not allowed
 */
export const insistAllowedPackages = async (entry: string, text: string): Promise<void> => {
  const allowed = await readAllowedPackages(entry);
  if (allowed === undefined) return;
  const problems = installedIn(contentsOf(text, entry)).flatMap(
    (each) => problemOf(allowed, each) ?? [],
  );
  if (problems.length === 0) return;
  throw bad(
    `${entry} has packages in it that ${allowedPackagesFile(entry)} does not allow: ${problems.join('; ')}. If this is meant: cooperage bundle ${entry} --allow`,
  );
};
