/** Each use of a package as a vat's module, and as a module for Node that says what the vat must answer. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const COPY = 'JSON.parse(JSON.stringify((await USE) ?? null))';

const copyOf = (use) => COPY.replace('USE', () => `(${use})`);

/** A name for files and vats. */
export const idOf = (name) => `p_${name.replace(/\W/g, '_')}`;

export const writeVat = async (folder, { name, imports, use }) => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${idOf(name)}.js`);
  await writeFile(
    path,
    `${imports}\nexport const buildRootObject = () => Far('root', {\n  use: async () => harden(${copyOf(use)}),\n});\n`,
  );
  return path;
};

const evaluate = async (folder, { name, imports, use }) => {
  const path = join(folder, `${idOf(name)}.node.mjs`);
  await writeFile(path, `${imports}\nexport default async () => ${copyOf(use)};\n`);
  const module = await import(pathToFileURL(path).href);
  return module.default();
};

const values = new Map();

/**
 * What the use is in Node; it does the same in a vat. Once for all engines: packages that are tried later may change the
 * realm of this process, as folktale does with `Object`.
 */
export const valueInNode = async (folder, use) => {
  if (use.expected !== undefined) return use.expected;
  if (!values.has(use.name)) values.set(use.name, await evaluate(folder, use));
  return values.get(use.name);
};
