import { resolve } from 'node:path';
import { CooperageError, DEFAULTS } from '@cooperage/types';
import { checkConfig, ConfigMistake, formatPath, optionsOf, type Path } from './check-config.js';
import type { KernelConfig, ResolvedConfig, ResolvedVat } from './kernel-config.js';
import { findModule } from './module-path.js';
import { readConfig, type WrittenConfig } from './read-config.js';

const describe = (written: WrittenConfig, path: Path, message: string): string => {
  const at = formatPath(path);
  return `${written.placeOf(path)}: ${at === '' ? 'it' : at} ${message}`;
};

const checked = (written: WrittenConfig): KernelConfig => {
  try {
    return checkConfig(written.value);
  } catch (cause) {
    if (!(cause instanceof ConfigMistake)) throw cause;
    throw new CooperageError('BAD_CONFIG', describe(written, cause.path, cause.message), { cause });
  }
};

/**
 * Checks a config and makes it whole. Reads, and changes nothing.
 *
 * @param written a path (`.json`, or `.js` and `.mjs` with a default export), or the config itself
 * @param baseDirectory what a path, and the paths in an object, are relative to: the current directory
 *   unless given
 * @throws {CooperageError} `BAD_CONFIG` naming file, line and path; `BUNDLE_NOT_FOUND` where the file of a
 *   `source` is missing
 */
export const resolveConfig = async (
  written: string | KernelConfig,
  baseDirectory: string = process.cwd(),
): Promise<ResolvedConfig> => {
  const found = await readConfig(written, resolve(baseDirectory));
  const config = checked(found);

  const locate = (source: string, path: Path): string => {
    const { path: file, tried } = findModule(source, found.baseDirectory);
    if (file !== undefined) return file;
    throw new CooperageError(
      'BUNDLE_NOT_FOUND',
      describe(found, path, `names ${JSON.stringify(source)}: ${tried}`),
    );
  };

  const bundles: Record<string, { readonly source: string }> = {};
  for (const [name, { source }] of Object.entries(config.bundles ?? {})) {
    bundles[name] = { source: locate(source, ['bundles', name, 'source']) };
  }
  const vats: Record<string, ResolvedVat> = {};
  for (const [name, vat] of Object.entries(config.vats)) {
    const source =
      vat.source === undefined
        ? (bundles[vat.bundle] as { source: string }).source
        : locate(vat.source, ['vats', name, 'source']);
    vats[name] = { name, source, ...optionsOf(vat, config) };
  }
  return {
    file: found.file,
    bootstrap: config.bootstrap,
    vats,
    bundles,
    meters: Object.fromEntries(
      Object.entries(config.meters ?? {}).map(([name, { remaining, threshold = 0 }]) => [
        name,
        { remaining: BigInt(remaining), threshold: BigInt(threshold) },
      ]),
    ),
    order: config.order ?? 'arrival',
    history: config.history,
    seed: config.seed ?? 0,
    threads: config.threads,
    window: config.window ?? DEFAULTS.window,
    liveslots: config.liveslots ?? DEFAULTS.liveslots,
    engine: config.engine ?? 'v8',
    heapLimit: config.heapLimit ?? DEFAULTS.heapLimit,
    crankTimeLimit: config.crankTimeLimit ?? DEFAULTS.crankTimeLimit,
    maxVatsOnline: config.maxVatsOnline,
    maxMegabytes: config.maxMegabytes,
    directory:
      config.directory === undefined ? undefined : resolve(found.baseDirectory, config.directory),
  };
};
