/** Runs what vats did on new code, before they get it. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, makeBundler } from '@cooperage/bundler';
import { makeKernelTables } from '@cooperage/kernel';
import { findVat, importKernel, type Rehearsal, rehearseVat, staticNames } from '@cooperage/tools';
import { CooperageError, type KernelStore } from '@cooperage/types';
import { type ResolvedConfig, resolveConfig } from '../../../config/config.js';
import { findModule } from '../../../config/module-path.js';
import { workersFor } from '../../../workers/tool-workers.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../../command.js';
import { DEFAULT_CONFIG, type DirectoryOptions, findDirectory } from '../../find-directory.js';
import { parseLiveslots } from '../../liveslots-option.js';
import { flushRunning } from '../../operator.js';
import { makeProgress } from '../../progress.js';
import { usageError } from '../../report-error.js';
import { formatRehearsal } from '../../text/rehearsal.js';
import { withStore } from '../../with-store.js';

export interface RehearseCommandOptions extends DirectoryOptions {
  readonly source?: string;
  /** Files of an export, or a folder of them. */
  readonly export?: readonly string[];
  readonly accept: 'same' | 'upgrade';
  readonly threads?: number;
  readonly liveslots?: readonly string[];
  readonly full?: boolean;
}

const locate = (source: string): string => {
  const { path, tried } = findModule(source, process.cwd());
  if (path === undefined) throw new CooperageError('BUNDLE_NOT_FOUND', tried);
  return path;
};

/** Lends the directory of the kernel, or one that is made of the export for as long as it takes. */
const withDirectory = async <T>(
  options: RehearseCommandOptions,
  act: (directory: string) => Promise<T>,
): Promise<T> => {
  if (options.export === undefined) {
    const directory = await findDirectory(options);
    await flushRunning(directory);
    return act(directory);
  }
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-rehearse-'));
  try {
    const directory = join(folder, 'kernel');
    await importKernel(directory, options.export);
    return await act(directory);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const configOf = async ({
  config,
}: RehearseCommandOptions): Promise<ResolvedConfig | undefined> => {
  const file = config ?? DEFAULT_CONFIG;
  return config === undefined && !existsSync(file) ? undefined : resolveConfig(file);
};

/** Each vat with the module that it is tried with. */
const sourcesOf = (
  { tables }: KernelStore,
  vats: readonly string[],
  source: string | undefined,
  config: ResolvedConfig | undefined,
): (readonly [vat: string, source: string])[] => {
  if (source !== undefined) {
    if (vats.length === 0) throw usageError('--source: name the vats that are to be tried with it');
    const path = locate(source);
    return vats.map((vat) => [vat, path]);
  }
  if (config === undefined) {
    throw usageError('found no config that names sources: give --source or --config');
  }
  const kernelTables = makeKernelTables(tables);
  const given = staticNames(kernelTables);
  const wanted =
    vats.length > 0
      ? vats
      : Object.keys(config.vats).filter((name) => [...given.values()].includes(name));
  return wanted.map((vat) => {
    const name = given.get(findVat(kernelTables, vat)) ?? vat;
    const found = config.vats[name];
    if (found === undefined) {
      throw usageError(`the config names no source for ${vat}: give one with --source`);
    }
    return [vat, found.source];
  });
};

const isGood = ({ outcome, upgrade }: Rehearsal, accept: 'same' | 'upgrade'): boolean =>
  outcome === 'same' || (accept === 'upgrade' && outcome === 'differs' && upgrade.starts);

export const rehearseCommand = async (
  context: CommandContext,
  vats: readonly string[],
  options: RehearseCommandOptions,
): Promise<ExitCode> => {
  const config = options.source === undefined ? await configOf(options) : undefined;
  const progress = makeProgress(context.terminal);
  let doing = 'reading the kernel';
  progress.follow(() => doing);
  const { threads } = options;
  const workers = workersFor({
    liveslots: parseLiveslots(options.liveslots ?? []),
    ...(threads !== undefined && { threads }),
  });
  const rehearse = async (store: KernelStore): Promise<Rehearsal[]> => {
    const bundler = makeBundler();
    const bundles = new Map<string, Promise<Bundle>>();
    const rehearsals: Rehearsal[] = [];
    for (const [vat, source] of sourcesOf(store, vats, options.source, config)) {
      doing = `trying ${vat}`;
      const made = bundles.get(source) ?? bundler.bundle(source);
      bundles.set(source, made);
      const { id, text } = await made;
      rehearsals.push(
        await rehearseVat({ records: store, vat, bundleID: id, bundle: text, workers }),
      );
    }
    return rehearsals;
  };
  try {
    return await withDirectory(options, (directory) =>
      withStore({ directory }, async (store) => {
        const rehearsals = await rehearse(store);
        progress.stop();
        const from = options.export === undefined ? { directory } : { export: options.export };
        report(context, { ...from, vats: rehearsals }, (width) =>
          rehearsals.flatMap((each) =>
            formatRehearsal(each, options.full === true ? Infinity : width),
          ),
        );
        const isEachGood = rehearsals.every((each) => isGood(each, options.accept));
        return isEachGood ? EXIT.done : EXIT.failed;
      }),
    );
  } finally {
    progress.stop();
    await workers.stop();
  }
};
