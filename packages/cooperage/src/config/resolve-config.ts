import { resolve } from 'node:path';
import {
  completeVatOptions,
  CooperageError,
  formatPath,
  givenVatOptions,
  messageOf,
  type Path,
  vatOptionsIn,
} from '@cooperage/types';
import { checkConfig, ConfigMistake } from './check-config.js';
import type { KernelConfig, ResolvedConfig, ResolvedVat } from './kernel-config.js';
import { findModule } from './module-path.js';
import { readConfig, type WrittenConfig } from './read-config.js';
import {
  type ConfigOverrides,
  KERNEL_SETTINGS,
  type KernelSettingName,
  type KernelSettings,
  OVERRIDES,
} from './settings.js';

const describe = (written: WrittenConfig, path: Path, message: string): string => {
  const at = formatPath(path);
  return `${written.placeOf(path)}: ${at === '' ? 'it' : at} ${message}`;
};

const checked = (written: WrittenConfig): KernelConfig => {
  try {
    return checkConfig(written.value);
  } catch (cause) {
    if (!(cause instanceof ConfigMistake)) {
      // A config that is an object may be a proxy or have getters.
      throw new CooperageError(
        'BAD_CONFIG',
        describe(written, [], `cannot be read: ${messageOf(cause)}`),
        { cause },
      );
    }
    throw new CooperageError('BAD_CONFIG', describe(written, cause.path, cause.message), { cause });
  }
};

/** The settings of the kernel, with the table's defaults where the config does not say. */
const settingsOf = (config: KernelSettings) =>
  Object.fromEntries(
    Object.entries(KERNEL_SETTINGS).map(([name, row]) => [
      name,
      config[name as KernelSettingName] ?? ('default' in row ? row.default : undefined),
    ]),
  ) as unknown as Pick<ResolvedConfig, KernelSettingName>;

/** The overrides among other options. */
export const overridesIn = (options: object): ConfigOverrides =>
  Object.fromEntries(
    Object.keys(OVERRIDES).flatMap((name) => {
      const value = (options as Readonly<Record<string, unknown>>)[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

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
): Promise<ResolvedConfig> => resolveWith(written, {}, baseDirectory);

/**
 * The same, with what holds instead of what the config says.
 *
 * @throws {CooperageError} as {@link resolveConfig}
 */
export const resolveWith = async (
  written: string | KernelConfig,
  overrides: ConfigOverrides,
  baseDirectory: string = process.cwd(),
): Promise<ResolvedConfig> => {
  const found = await readConfig(written, resolve(baseDirectory));
  const alone = checked(found);
  const config: KernelConfig = { ...alone, ...overrides };

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
  const usual = givenVatOptions(config, vatOptionsIn('default'));
  const usualAlone = givenVatOptions(alone, vatOptionsIn('default'));
  const vats: Record<string, ResolvedVat> = {};
  for (const [name, vat] of Object.entries(config.vats)) {
    const source =
      vat.source === undefined
        ? (bundles[vat.bundle] as { source: string }).source
        : locate(vat.source, ['vats', name, 'source']);
    vats[name] = {
      name,
      source,
      ...(vat.bundle !== undefined && { bundle: vat.bundle }),
      ...(vat.shard !== undefined && { shard: vat.shard }),
      parameters: vat.parameters,
      services: vat.services,
      ...completeVatOptions(vat, usual),
      ...givenVatOptions(vat, ['meter', 'vatQuota', 'memoryQuota']),
      said: { ...usualAlone, ...givenVatOptions(vat, vatOptionsIn('config')) },
    };
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
    services: Object.fromEntries(
      Object.entries(config.services ?? {}).map(([name, module]) => [
        name,
        locate(module, ['services', name]),
      ]),
    ),
    ...settingsOf(config),
    usual,
    gateway: config.gateway,
    directory:
      config.directory === undefined ? undefined : resolve(found.baseDirectory, config.directory),
  };
};
