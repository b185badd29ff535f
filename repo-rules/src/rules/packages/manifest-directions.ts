import { mayUse, rowOf, rowOfSpecifier, testsMayUse } from '../../directions.js';
import type { Package, Rule } from '../../repository.js';

const ownRows = (dependencies: Readonly<Record<string, string>> = {}): string[] =>
  Object.keys(dependencies).flatMap((name) => rowOfSpecifier(name) ?? []);

const without = (all: readonly string[], taken: readonly string[]): string[] =>
  all.filter((each) => !taken.includes(each));

/** Plain JavaScript is run as it is: nothing is built before it. */
const isCompiled = ({ folder, files }: Package): boolean =>
  files.some(({ path }) => path.startsWith(`${folder}/src/`));

const check = (each: Package): string[] => {
  const { folder, manifest, references } = each;
  const row = rowOf(folder);
  const dependencies = [...ownRows(manifest.dependencies), ...ownRows(manifest.peerDependencies)];
  const referenced = references.map(rowOf);
  const manifestPath = `${folder}/package.json`;
  return [
    ...without(dependencies, mayUse(row) ?? []).map(
      (used) => `${manifestPath}: ${row} may not depend on ${used}`,
    ),
    ...without(ownRows(manifest.devDependencies), testsMayUse(row)).map(
      (used) => `${manifestPath}: the tests of ${row} may not use ${used}`,
    ),
    ...without(isCompiled(each) ? dependencies : [], referenced).map(
      (used) => `${folder}/tsconfig.json: lacks a reference to ${used}, which package.json names`,
    ),
    ...without(referenced, dependencies).map(
      (used) => `${folder}/tsconfig.json: references ${used}, which package.json does not name`,
    ),
  ];
};

/** Manifests and project references follow the drawn directions, and agree. */
export const manifestDirections: Rule = ({ packages }) => packages.flatMap(check);
