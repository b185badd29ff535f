/** The kernel as it is built, with some of its text exchanged: for mutations, which production code is not shaped for. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as kernel from '@cooperage/kernel';

export interface Edit {
  /** A file of the build. */
  readonly file: string;
  /** What stands in the file once, and before what is exchanged; its beginning if left out. */
  readonly after?: string;
  /** The first that is found is exchanged. */
  readonly from: string;
  readonly to: string;
}

type Kernel = typeof kernel;

const { resolve } = createRequire(import.meta.url);

/** @throws {RangeError} where the text of the kernel has changed, so that the edit would do nothing or something else */
const applyEdit = (text: string, { file, after = '', from, to }: Edit): string => {
  const [before, behind, ...more] = after === '' ? ['', text] : text.split(after);
  if (before === undefined || behind === undefined || more.length > 0) {
    throw new RangeError(`${file} of the kernel does not have "${after}" once: mend the mutation`);
  }
  if (!behind.includes(from)) {
    throw new RangeError(`${file} of the kernel does not have "${from}": mend the mutation`);
  }
  return `${before}${after}${behind.replace(from, () => to)}`;
};

/** Imports of packages lead to where this package finds them: the copy is in no `node_modules`. */
const withPlaces = (text: string): string =>
  text.replace(
    /(from ')(@cooperage\/[a-z-]+)(')/g,
    (_, before: string, name: string, behind: string) =>
      `${before}${pathToFileURL(resolve(name)).href}${behind}`,
  );

/** @throws {RangeError} where an edit does not fit */
export const loadEditedKernel = async (edits: readonly Edit[]): Promise<Kernel> => {
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-kernel-'));
  const dist = join(folder, 'dist');
  try {
    await cp(dirname(resolve('@cooperage/kernel')), dist, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    for (const name of await readdir(dist, { recursive: true })) {
      if (!name.endsWith('.js')) continue;
      const file = join(dist, name);
      const original = await readFile(file, 'utf8');
      const its = edits.filter((edit) => join(dist, edit.file) === file);
      await writeFile(file, withPlaces(its.reduce(applyEdit, original)));
    }
    return (await import(pathToFileURL(join(dist, 'index.js')).href)) as Kernel;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
