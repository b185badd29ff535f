/** What a thread loads: the build in one file, or module by module where that file is out of date. */
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { moduleProgram, scriptProgram, type ThreadProgram } from './thread-program.js';

export interface OneFileBuild {
  /** Where the package's build is. */
  readonly dist: URL;
  /** Paths in it: the one file (a script if it ends in `.cjs`), and the module that it was made of. */
  readonly bundled: string;
  readonly modules: string;
  /** Folders, beside this one, of the packages that are in the file. */
  readonly packages: readonly string[];
}

/** Milliseconds: a build that comes out of a cache is written in any order. */
const RESTORING = 2_000;

const changedAt = (file: URL): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

const freshest = ({ dist, bundled, modules, packages }: OneFileBuild): URL => {
  const oneFile = new URL(bundled, dist);
  const made = changedAt(oneFile);
  // Written whenever a package is compiled, and not part of what is published.
  const isFresh = packages.every(
    (folder) =>
      changedAt(new URL(`../../${folder}/dist/tsconfig.tsbuildinfo`, dist)) <= made + RESTORING,
  );
  return made > 0 && isFresh ? oneFile : new URL(modules, dist);
};

/** Decided once: a build that is made while the process runs does not change what it runs. */
export const makeThreadProgram = (build: OneFileBuild): ThreadProgram => {
  let program: ThreadProgram | undefined;
  return () => {
    if (program === undefined) {
      const file = fileURLToPath(freshest(build));
      program = file.endsWith('.cjs') ? scriptProgram(file) : moduleProgram(file);
    }
    return program();
  };
};

/**
 * The folder of a package's build.
 * @param module the URL of a module at the top of the build, or of the source
 */
export const distOf = (module: string): URL => {
  const own = new URL(module);
  return new URL(own.pathname.endsWith('.ts') ? '../dist/' : './', own);
};
