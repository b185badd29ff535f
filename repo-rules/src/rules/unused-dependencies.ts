import { isTest, type Package, type Rule } from '../repository.js';

/** Whether a file names the package, or one of its modules, in a string: an import, or a path to resolve. */
const names = (text: string, dependency: string): boolean =>
  new RegExp(`['"\`]${dependency.replace(/[/.]/g, '\\$&')}(?:['"\`/])`).test(text);

const check = ({ folder, manifest, files, fixtures = [] }: Package): string[] => {
  const shipped = [...files.filter(({ path }) => !isTest(path)), ...fixtures];
  const unused = (dependencies: readonly string[], among: typeof files): string[] =>
    dependencies.filter((dependency) => !among.some(({ text }) => names(text, dependency)));
  return [
    ...unused(Object.keys(manifest.dependencies ?? {}), shipped),
    ...unused(Object.keys(manifest.devDependencies ?? {}), files),
  ].map((dependency) => `${folder}/package.json: nothing imports ${dependency}`);
};

/** What a package does not use, its users need not install. */
export const unusedDependencies: Rule = ({ packages }) => packages.flatMap(check);
