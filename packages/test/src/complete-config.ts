import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CooperageError, insistArgument, object } from '@cooperage/types';
import type { KernelConfig, VatConfig } from 'cooperage';
import type { FakeMethods } from './fake-service.js';
import type { WorldConfig } from './world-contract.js';

/** Folders of the files that called, the nearest first. */
const callers = (): string[] => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = '' } = new Error('for its stack');
  Error.stackTraceLimit = stackTraceLimit;
  const here = import.meta.dirname;
  const files = stack
    .split('\n')
    .map(
      (line) =>
        /(?:file:\/\/)?(\/[^():?]+|[A-Za-z]:[\\/][^():?]+)(?:\?[^:]*)?:\d+:\d+\)?$/.exec(line)?.[1],
    )
    .filter((file) => file !== undefined)
    .filter((file) => !file.startsWith(here) && !file.includes('/node_modules/'));
  return [...new Set(files.map((file) => dirname(decodeURI(file))))];
};

/** A module's path is relative to the file that opens the world, or to the working directory. */
const locate = (source: string, folders: readonly string[]): string => {
  if (source.startsWith('file:')) return fileURLToPath(source);
  if (isAbsolute(source) || !/^\.\.?\//.test(source)) return source;
  const found = folders.map((folder) => resolve(folder, source)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new CooperageError(
    'BUNDLE_NOT_FOUND',
    `there is no module ${source} beside the file that opens the world, nor in ${process.cwd()}`,
  );
};

/** The name of the bundle for an upgrade. */
export const bundleOf = (index: number): string => `upgrade ${index + 1}`;

export interface CompleteConfig {
  readonly config: KernelConfig;
  readonly services: Readonly<Record<string, FakeMethods>>;
}

const VATS = object('an object of vats by name');

/** Only what is looked at here: the kernel checks the rest. */
const insistVats = (config: unknown): void => {
  insistArgument('a world', 'config', config, object('an object with "vats"'));
  const { vats } = config as { readonly vats?: unknown };
  insistArgument('a world', 'config.vats', vats, VATS);
};

/** The config of the kernel: vats in full, with absolute paths, and the code of upgrades as bundles. */
export const completeConfig = (
  given: WorldConfig,
  upgrades: readonly { readonly vat: string; readonly source?: string }[],
): CompleteConfig => {
  insistVats(given);
  const { services = {}, ...written } = given;
  const folders = [...callers(), process.cwd()];
  const vats = Object.fromEntries(
    Object.entries(written.vats).map(([name, vat]): [string, VatConfig] => {
      const full: VatConfig = typeof vat === 'string' ? { source: vat } : vat;
      return [
        name,
        full?.source === undefined ? full : { ...full, source: locate(full.source, folders) },
      ];
    }),
  );
  const sourceOf = (vat: string): string => {
    const found = vats[vat];
    if (found === undefined) {
      throw new CooperageError('VAT_NOT_FOUND', `upgrades: the world has no vat "${vat}"`);
    }
    return found.source ?? (written.bundles?.[found.bundle]?.source as string);
  };
  const bundles = Object.fromEntries([
    ...Object.entries(written.bundles ?? {}).map(([name, { source }]) => [
      name,
      { source: locate(source, folders) },
    ]),
    ...upgrades.map(({ vat, source }, index) => [
      bundleOf(index),
      { source: source === undefined ? sourceOf(vat) : locate(source, folders) },
    ]),
  ]) as Record<string, { source: string }>;
  return { config: { ...written, vats, bundles }, services };
};
