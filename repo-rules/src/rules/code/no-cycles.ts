import { findCycles } from '../../cycles.js';
import { importsOf, isRelative, packageOf, resolveRelative } from '../../imports.js';
import type { Rule } from '../../repository.js';

const show = (cycle: readonly string[]): string => `import cycle: ${cycle.join(' -> ')}`;

/** No cycle of imports among the files of a package; imports of types count. */
export const noFileCycles: Rule = ({ packages }) =>
  packages.flatMap(({ files }) => {
    const edges = new Map(
      files.map((file) => [
        file.path,
        new Set(
          importsOf(file)
            .filter(({ specifier }) => isRelative(specifier))
            .map(({ specifier }) => resolveRelative(file.path, specifier)),
        ),
      ]),
    );
    return findCycles(edges).map(show);
  });

/** No cycle among packages by imports and manifests; tests and devDependencies count. */
export const noPackageCycles: Rule = ({ packages }) => {
  const edges = new Map(
    packages.map(({ manifest, files }) => [
      manifest.name,
      new Set(
        [
          ...Object.keys(manifest.dependencies ?? {}),
          ...Object.keys(manifest.peerDependencies ?? {}),
          ...Object.keys(manifest.devDependencies ?? {}),
          ...files.flatMap(importsOf).map(({ specifier }) => packageOf(specifier)),
        ].filter((name) => name !== manifest.name),
      ),
    ]),
  );
  return findCycles(edges).map(show);
};
