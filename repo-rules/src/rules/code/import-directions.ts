import { mayUse, rowOf, rowOfSpecifier, testsMayUse } from '../../directions.js';
import { importsOf } from '../../imports.js';
import { isTest, type Package, type Rule } from '../../repository.js';

const unknownRow = ({ folder }: Package): string[] =>
  mayUse(rowOf(folder)) === undefined
    ? [`${folder}: has no row in repo-rules/src/directions.ts`]
    : [];

const wrongImports = ({ folder, files }: Package): string[] => {
  const row = rowOf(folder);
  return files.flatMap((file) => {
    const allowed = isTest(file.path) ? testsMayUse(row) : (mayUse(row) ?? []);
    return importsOf(file).flatMap(({ specifier, place }) => {
      const used = rowOfSpecifier(specifier);
      if (used === undefined || used === row || allowed.includes(used)) return [];
      return [`${place}: ${row} may not import ${specifier}`];
    });
  });
};

/** Imports between packages follow the drawn directions. */
export const importDirections: Rule = ({ packages }) =>
  packages.flatMap((each) => [...unknownRow(each), ...wrongImports(each)]);
