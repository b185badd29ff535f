import { posix } from 'node:path';
import ts from 'typescript';
import type { Rule, TextFile } from '../repository.js';

/**
 * Packages of the inside, whose READMEs name what they are about: the reference of typedoc has the rest. A package whose
 * README names all is not put here.
 */
const ofTheInside: ReadonlySet<string> = new Set([
  'packages/bundler',
  'packages/compliance',
  'packages/kernel',
  'packages/simulator',
  'packages/store-lmdb',
  'packages/store-postgres',
  'packages/supervisor',
  'packages/tools',
  'packages/types',
  'packages/vat-manager',
  'packages/worker-kit',
  'packages/worker-local',
  'packages/worker-quickjs',
]);

/** The names of the values that a module exports, through the modules of the same package. */
const valuesOf = (files: readonly TextFile[], path: string): string[] => {
  const file = files.find((each) => each.path === path);
  if (file === undefined) return [];
  const { statements } = ts.createSourceFile(path, file.text, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) return [];
    const { exportClause, moduleSpecifier } = statement;
    if (exportClause === undefined) {
      const { text } = moduleSpecifier as ts.StringLiteral;
      const other = posix.join(posix.dirname(path), text.replace(/\.js$/, '.ts'));
      return valuesOf(files, other);
    }
    if (!ts.isNamedExports(exportClause)) return [exportClause.name.text];
    return exportClause.elements.flatMap(({ isTypeOnly, name }) => (isTypeOnly ? [] : [name.text]));
  });
};

/** A reader learns from a package's README of each function and each value that the package exports. */
export const readmeExports: Rule = ({ packages, documents }) =>
  packages
    .filter(({ folder }) => folder.startsWith('packages/') && !ofTheInside.has(folder))
    .flatMap(({ folder, files }) => {
      const readme = `${folder}/README.md`;
      const text = documents.find(({ path }) => path === readme)?.text ?? '';
      const words = new Set(text.match(/[A-Za-z_$][\w$]*/g));
      return valuesOf(files, `${folder}/src/index.ts`)
        .filter((name) => !words.has(name))
        .map((name) => `${readme}: does not name the export ${name}`);
    });
