/** A config from where it was written: a JSON file, a module with a default export, or an object. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CooperageError, messageOf, type Path } from '@cooperage/types';
import { formatPlace, JsonTextError, parseJsonText } from './json-text.js';

export interface WrittenConfig {
  readonly value: unknown;
  /** What relative paths are relative to. */
  readonly baseDirectory: string;
  readonly file: string | undefined;
  /** The file, and the line where it is known, of a path within the config. */
  placeOf(path: Path): string;
}

const badConfig = (message: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_CONFIG', message, { cause });

const readText = async (file: string, named: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === 'ENOENT') {
      throw badConfig(
        `there is no config file ${file}; "cooperage init" creates a project with one`,
        cause,
      );
    }
    if (code === 'EISDIR') {
      throw badConfig(
        `${file} is a directory; name the config file in it, such as ${named}/cooperage.json`,
        cause,
      );
    }
    throw badConfig(`cannot read ${file}: ${messageOf(cause)}`, cause);
  }
};

const readJson = async (file: string, named: string): Promise<WrittenConfig> => {
  const text = await readText(file, named);
  try {
    const parsed = parseJsonText(text);
    return {
      value: parsed.value,
      baseDirectory: dirname(file),
      file,
      placeOf: (path) => `${file}:${formatPlace(text, parsed.offsetOf(path))}`,
    };
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    throw badConfig(`${file}:${formatPlace(text, cause.offset)}: ${cause.message}`, cause);
  }
};

const readModule = async (file: string, named: string): Promise<WrittenConfig> => {
  await readText(file, named);
  let namespace: { readonly default?: unknown };
  try {
    namespace = (await import(pathToFileURL(file).href)) as typeof namespace;
  } catch (cause) {
    throw badConfig(`${file} cannot be loaded: ${messageOf(cause)}`, cause);
  }
  if (namespace.default === undefined) {
    throw badConfig(
      `${file} has no default export; a config module says "export default { vats: … }"`,
    );
  }
  return {
    value: namespace.default,
    baseDirectory: dirname(file),
    file,
    placeOf: () => file,
  };
};

const MODULES = ['.js', '.mjs'];

/** @throws {CooperageError} `BAD_CONFIG` */
export const readConfig = async (
  written: unknown,
  baseDirectory: string,
): Promise<WrittenConfig> => {
  if (typeof written !== 'string') {
    return { value: written, baseDirectory, file: undefined, placeOf: () => 'the config' };
  }
  const file = resolve(baseDirectory, written);
  return MODULES.includes(extname(file)) ? readModule(file, written) : readJson(file, written);
};
