import { isTest, type Package, type Rule } from '../../repository.js';

/** Types of a package that has none are used where the package is. */
const importedAs = (dependency: string): string =>
  dependency.startsWith('@types/') ? dependency.slice('@types/'.length) : dependency;

/** Whether a file names the package, or one of its modules, in a string: an import, or a path to resolve. */
const names = (text: string, dependency: string): boolean =>
  new RegExp(`['"\`]${importedAs(dependency).replace(/[/.]/g, '\\$&')}(?:['"\`/])`).test(text);

/** Types of `x` are used where `x` is: `@types/x`, and `@types/scope__x` for `@scope/x`. */
const typedBy = (dependency: string): string => {
  if (!dependency.startsWith('@types/') || dependency === '@types/node') return dependency;
  const name = dependency.slice('@types/'.length);
  return name.includes('__') ? `@${name.replace('__', '/')}` : name;
};

const check = ({ folder, manifest, files, fixtures = [] }: Package): string[] => {
  const shipped = [...files.filter(({ path }) => !isTest(path)), ...fixtures];
  const unused = (dependencies: readonly string[], among: typeof files): string[] =>
    dependencies.filter(
      (dependency) => !among.some(({ text }) => names(text, typedBy(dependency))),
    );
  return [
    ...unused(Object.keys(manifest.dependencies ?? {}), shipped),
    ...unused(Object.keys(manifest.devDependencies ?? {}), files),
  ].map((dependency) => `${folder}/package.json: nothing imports ${dependency}`);
};

/** What a package does not use, its users need not install. */
export const unusedDependencies: Rule = ({ packages }) => packages.flatMap(check);
