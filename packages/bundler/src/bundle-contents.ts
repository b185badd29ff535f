/** What is in a bundle, by the list that it carries. */
import { CooperageError } from '@cooperage/types';
import type { BundledModule, BundleText } from './format.js';

export interface ModuleContents {
  /** In its package: `lib/index.js`. */
  readonly path: string;
  /** Of its source. */
  readonly sha256: string;
  /** In the bundle, after what is not used was left out. */
  readonly characters: number;
}

export interface PackageContents {
  /** Undefined for the vat's own modules. */
  readonly name: string | undefined;
  /** Undefined where its `package.json` does not say. */
  readonly version: string | undefined;
  readonly characters: number;
  /** The largest first. */
  readonly modules: readonly ModuleContents[];
}

export interface BundleContents {
  /** Of the whole script. What belongs to no module joins the modules. */
  readonly characters: number;
  /** The largest first. */
  readonly packages: readonly PackageContents[];
}

const bySize = (a: { readonly characters: number }, b: { readonly characters: number }): number =>
  b.characters - a.characters;

interface Label {
  readonly name?: string;
  readonly version?: string;
  readonly path: string;
}

/** The labels of `inside/packages.ts`, read backwards. */
const parseLabel = (label: string): Label => {
  const [, name, version, path] = /^((?:@[^/@]+\/)?[^/@]+)@([^/]*)\/(.+)$/s.exec(label) ?? [];
  if (name === undefined || path === undefined) {
    // A package whose package.json gives it no name.
    const [, folder, rest] =
      /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/s.exec(label) ?? [];
    return folder === undefined || rest === undefined
      ? { path: label }
      : { name: folder, path: rest };
  }
  return { name, path, ...(version !== '' && version !== undefined && { version }) };
};

/** @throws {CooperageError} `BAD_BUNDLE` where the text is no bundle, or one that does not say what is in it */
export const readBundleText = (text: string, what: string): BundleText => {
  let read: Partial<BundleText> | null = null;
  try {
    read = JSON.parse(text) as Partial<BundleText> | null;
  } catch {
    // Said below.
  }
  if (typeof read?.source === 'string' && Array.isArray(read.cooperage?.modules)) {
    return read as BundleText;
  }
  throw new CooperageError(
    'BAD_BUNDLE',
    `${what} does not list its modules: it is not a bundle, or another tool made it; make it with "cooperage bundle"`,
  );
};

/**
 * @param text the text of a bundle
 * @param what what it is called in an error: the path of its file
 * @throws {CooperageError} `BAD_BUNDLE`
 */
export const contentsOf = (text: string, what = 'the bundle'): BundleContents => {
  const { source, cooperage } = readBundleText(text, what);
  const packages = new Map<string, PackageContents & { modules: ModuleContents[] }>();
  for (const [label, sha256, characters] of cooperage.modules) {
    const { name, version, path } = parseLabel(label);
    const key = `${name ?? ''}@${version ?? ''}`;
    const known = packages.get(key) ?? { name, version, characters: 0, modules: [] };
    known.modules.push({ path, sha256, characters });
    packages.set(key, { ...known, characters: known.characters + characters });
  }
  for (const { modules } of packages.values()) modules.sort(bySize);
  return { characters: source.length, packages: [...packages.values()].sort(bySize) };
};

/** How a bundle differs from the one that was expected. Labels of modules, in their order. */
export interface BundleDifference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Their sources differ. */
  readonly changed: readonly string[];
  /** The modules are the same, and what was made of them is not: another version of the bundler made it. */
  readonly isMadeOtherwise: boolean;
}

/**
 * Compares the texts of two bundles.
 * @returns undefined where they are the same
 * @throws {CooperageError} `BAD_BUNDLE`
 */
export const compareBundles = (
  expected: string,
  actual: string,
  what?: string,
): BundleDifference | undefined => {
  if (expected === actual) return undefined;
  const hashes = (modules: readonly BundledModule[]): ReadonlyMap<string, string> =>
    new Map(modules.map(([label, sha256]) => [label, sha256]));
  const before = hashes(readBundleText(expected, what ?? 'the bundle').cooperage.modules);
  const after = hashes(readBundleText(actual, 'the new bundle').cooperage.modules);
  const added = [...after.keys()].filter((label) => !before.has(label));
  const removed = [...before.keys()].filter((label) => !after.has(label));
  const changed = [...after].flatMap(([label, sha256]) =>
    before.has(label) && before.get(label) !== sha256 ? [label] : [],
  );
  const isMadeOtherwise = added.length + removed.length + changed.length === 0;
  return { added, removed, changed, isMadeOtherwise };
};
