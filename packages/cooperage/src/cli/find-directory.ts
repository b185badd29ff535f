/** Which kernel a command is about. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { accessError } from '@cooperage/store-lmdb';
import { codeOf, CooperageError } from '@cooperage/types';
import type { ResolvedConfig } from '../config/config.js';
import { resolveConfig } from '../config/config.js';

export const DEFAULT_CONFIG = 'cooperage.json';
const DEFAULT_DIRECTORY = '.cooperage';

/** Where `run` keeps a kernel whose config does not say. */
export const directoryOf = (config: Pick<ResolvedConfig, 'file' | 'directory'>): string =>
  config.directory ?? join(dirname(config.file ?? ''), DEFAULT_DIRECTORY);

/** @throws {CooperageError} `STORE_DENIED` where it may not be read, `BAD_ARGUMENT` where it is no directory */
const holdsStore = (directory: string): boolean => {
  try {
    const names = readdirSync(directory);
    // Where the data file is gone and its company is there, opening it says so.
    return names.includes('owner.lock') || names.some((name) => name.startsWith('store'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw accessError(directory, `reading the kernel in ${directory}`, error) ?? error;
  }
};

export interface DirectoryOptions {
  readonly directory?: string | undefined;
  readonly config?: string | undefined;
}

/**
 * The directory of a kernel that is there: the one that is named, that of the config, or that of the config
 * in the current directory.
 * @throws {CooperageError} `BAD_ARGUMENT`, `BAD_CONFIG`
 */
export const findDirectory = async ({ directory, config }: DirectoryOptions): Promise<string> => {
  const configFile = config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const found =
    directory !== undefined
      ? resolve(directory)
      : configFile !== undefined
        ? directoryOf(await resolveConfig(configFile))
        : resolve(DEFAULT_DIRECTORY);
  if (holdsStore(found)) return found;
  const hint =
    directory === undefined && configFile === undefined
      ? `; name the kernel's directory with --directory, or its config with --config`
      : `; "cooperage run ${basename(configFile ?? 'CONFIG')}" makes one`;
  throw new CooperageError('BAD_ARGUMENT', `there is no kernel in ${found}${hint}`);
};

/**
 * The config with which a kernel that does not run is opened: the one that is named, that of the current directory,
 * or that beside the kernel's directory.
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const configToOpen = (directory: string, { config }: DirectoryOptions): string => {
  const beside = join(dirname(directory), DEFAULT_CONFIG);
  const found = config ?? [DEFAULT_CONFIG, beside].find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `the kernel in ${directory} does not run, and it cannot be opened without its config: name the file with --config`,
  );
};
