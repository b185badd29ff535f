import { expect, test } from 'vitest';
import { readRepository } from '../src/read-repository.js';
import type { Rule } from '../src/repository.js';
import { declaredDependencies } from '../src/rules/packages/declared-dependencies.js';
import { decisionsShaped } from '../src/rules/documents/decisions.js';
import { documentLinks } from '../src/rules/documents/document-links.js';
import { documentWidth } from '../src/rules/documents/document-width.js';
import { fileLength } from '../src/rules/code/file-length.js';
import { folderSize } from '../src/rules/code/folder-size.js';
import { foreignErrors } from '../src/rules/code/foreign-errors.js';
import { functionLength } from '../src/rules/code/function-length.js';
import { guestSizedData } from '../src/rules/code/guest-sized-data.js';
import { importDirections } from '../src/rules/code/import-directions.js';
import { noMarks, noOnly } from '../src/rules/code/leftovers.js';
import { manifestFields } from '../src/rules/packages/manifest-fields.js';
import { manifestDirections } from '../src/rules/packages/manifest-directions.js';
import { noAny } from '../src/rules/code/no-any.js';
import { typeEscapes } from '../src/rules/code/type-escapes.js';
import { noFileCycles, noPackageCycles } from '../src/rules/code/no-cycles.js';
import { packageShape } from '../src/rules/packages/package-shape.js';
import { plainWords } from '../src/rules/documents/plain-words.js';
import { purity } from '../src/rules/code/pure-cores.js';
import { readmeIndex } from '../src/rules/documents/readme-index.js';
import { unusedDependencies } from '../src/rules/packages/unused-dependencies.js';

const repository = readRepository();

test('the rules see the packages and their sources', () => {
  expect(repository.packages.map(({ folder }) => folder)).toContain('packages/kernel');
  expect(repository.files.map(({ path }) => path)).toContain('packages/kernel/src/index.ts');
  expect(repository.decisions.map(({ path }) => path)).toContain('docs/adr/README.md');
});

const rules: [string, Rule][] = [
  ['imports between packages follow the drawn directions', importDirections],
  ['manifests and project references follow the drawn directions and agree', manifestDirections],
  ['every import is a dependency that the package declares', declaredDependencies],
  ['every dependency is imported', unusedDependencies],
  ['every package says what a registry shows of it', manifestFields],
  ['links in documents lead somewhere, from a registry too', documentLinks],
  ['the README links every package and every page', readmeIndex],
  ['prose in documents is wrapped', documentWidth],
  ['no imports go round among the files of a package', noFileCycles],
  ['no imports go round among packages', noPackageCycles],
  ['the pure cores have no effects', purity],
  ['what was caught is described without running its code', foreignErrors],
  ['nothing runs out of stack on what guests make long', guestSizedData],
  ['every package has a README, a public surface and tests', packageShape],
  ['no source file is longer than the limit', fileLength],
  ['no function is longer than the limits', functionLength],
  ['no folder has more files than the limit', folderSize],
  ['no type is given up', noAny],
  ['the types are left no more often than before', typeEscapes],
  ['nothing that is left to do hides in the code', noMarks],
  ['no test keeps the others from running', noOnly],
  ['code and documents name their subjects', plainWords],
  ['every decision has the shape of the template, and is listed', decisionsShaped],
];

test.each(rules)('%s', (_title, rule) => {
  expect(rule(repository)).toEqual([]);
});
