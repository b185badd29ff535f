import { builtinModules } from 'node:module';
import { importsOf, isRelative, packageOf } from '../../imports.js';
import { isTest, type Package, type Rule } from '../../repository.js';

/** Tools of the whole repository, which its tests use. */
const rootTools = ['vitest', 'fast-check', 'typescript'];

const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier);

/** Run in the tree only: tests, and what measures. */
const isForTheTree = (path: string): boolean => isTest(path) || path.includes('/bench/');

const check = ({ manifest, files }: Package): string[] => {
  const shipped = new Set([
    manifest.name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ]);
  const inTree = new Set([
    ...shipped,
    ...Object.keys(manifest.devDependencies ?? {}),
    ...rootTools,
  ]);
  return files.flatMap((file) => {
    const declared = isForTheTree(file.path) ? inTree : shipped;
    return importsOf(file).flatMap(({ specifier, place }) =>
      isRelative(specifier) || isBuiltin(specifier) || declared.has(packageOf(specifier))
        ? []
        : [`${place}: ${manifest.name} imports ${specifier}, which its package.json does not name`],
    );
  });
};

/** What a package imports stands in its own manifest, so that it works outside this tree too. */
export const declaredDependencies: Rule = ({ packages }) => packages.flatMap(check);
