import type { Manifest, Package, Repository, TextFile } from '../src/repository.js';

type Texts = Readonly<Record<string, string>>;

const toFiles = (texts: Texts): TextFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, text }));

/** A package that breaks no rule, but for what the test gives it. */
export const makePackage = (
  folder: string,
  given: Partial<Package> & { texts?: Texts },
): Package => {
  const { texts = {}, ...rest } = given;
  return {
    folder,
    manifest: { name: `@cooperage/${folder.slice('packages/'.length)}` },
    references: [],
    entries: ['README.md', 'LICENSE', 'src/index.ts', 'test'],
    files: toFiles(texts),
    ...rest,
  };
};

export const makeRepository = (
  packages: readonly Package[],
  more: { files?: Texts; decisions?: Texts } = {},
): Repository => ({
  packages,
  files: [...packages.flatMap(({ files }) => files), ...toFiles(more.files ?? {})],
  documents: [],
  paths: [],
  home: '',
  decisions: toFiles(more.decisions ?? {}),
});

export const makeManifest = (name: string, given: Omit<Manifest, 'name'> = {}): Manifest => ({
  name: `@cooperage/${name}`,
  ...given,
});
