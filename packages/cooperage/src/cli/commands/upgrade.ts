/** Gives a vat, or all vats of a bundle, new code. The kernel runs for as long as that takes. */
import { makeKernelTables } from '@cooperage/kernel';
import { messageOf } from '@cooperage/types';
import { resolveConfig } from '../../config/config.js';
import { findVat, staticNames } from '../../inspect/find-vat.js';
import type { CooperageKernel, UpgradeVatRequest, VatUpgrade } from '../../kernel-api.js';
import { openKernel } from '../../open-kernel.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { DEFAULT_CONFIG, type DirectoryOptions, findDirectory } from '../find-directory.js';
import { makeProgress } from '../progress.js';
import { usageError } from '../report-error.js';
import { formatUpgrades } from '../text/upgrades.js';
import { harmless } from '../text/words.js';

export interface UpgradeCommandOptions extends DirectoryOptions {
  /** The new code: a module, or a bundle that was made of one. */
  readonly bundle: string;
  /** What is named is a bundle of the config: all its vats are upgraded. */
  readonly all?: boolean;
  /** JSON; without it those of the config if they were changed, or else those that the vat has. */
  readonly parameters?: string;
  readonly message?: string;
}

const parseParameters = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usageError(`--parameters must be JSON: ${messageOf(cause)}`);
  }
};

/** One vat: what is wrong with the request is thrown, what becomes of the upgrade is said as an event. */
const upgradeOne = async (
  kernel: CooperageKernel,
  vat: string,
  request: UpgradeVatRequest,
): Promise<VatUpgrade> => {
  let told: VatUpgrade | undefined;
  const stop = kernel.on('vat-upgraded', ({ vatID, name, incarnation, error }) => {
    told =
      error === undefined
        ? { vatID, name, outcome: 'upgraded', incarnationNumber: incarnation }
        : { vatID, name, outcome: 'rolled back', reason: error };
  });
  try {
    const { uncollected } = await kernel.upgradeVat(vat, request);
    if (uncollected !== undefined) return { ...(told as VatUpgrade), uncollected } as VatUpgrade;
  } catch (error) {
    if (told === undefined) throw error;
  } finally {
    stop();
  }
  return told as VatUpgrade;
};

/**
 * All vats of a bundle. Those that get parameters of their own are upgraded first: if one of them does not start,
 * the others stay as they are.
 */
const upgradeAll = async (
  kernel: CooperageKernel,
  bundle: string,
  apart: readonly string[],
  forVat: (vat: string) => UpgradeVatRequest,
  request: UpgradeVatRequest,
): Promise<readonly VatUpgrade[]> => {
  const done: VatUpgrade[] = [];
  for (const vat of apart) done.push(await upgradeOne(kernel, vat, forVat(vat)));
  if (done.some(({ outcome }) => outcome !== 'upgraded')) return done;
  const others = await kernel.upgradeBundle(bundle, request);
  return [...done, ...others.filter((vat) => done.every(({ vatID }) => vatID !== vat.vatID))];
};

/** The name in the config of a vat that may be named by its id. */
const staticNameOf = ({ store }: CooperageKernel, nameOrID: string): string => {
  const tables = makeKernelTables(store.tables);
  const names = staticNames(tables);
  return names.get(findVat(tables, nameOrID)) ?? nameOrID;
};

export const upgradeCommand = async (
  context: CommandContext,
  name: string,
  options: UpgradeCommandOptions,
): Promise<ExitCode> => {
  const request: UpgradeVatRequest = {
    source: options.bundle,
    ...(options.parameters === undefined
      ? {}
      : { parameters: parseParameters(options.parameters) }),
    ...(options.message === undefined ? {} : { upgradeMessage: options.message }),
  };
  // A kernel that is not there is not made.
  const directory = await findDirectory(options);
  const config = await resolveConfig(options.config ?? DEFAULT_CONFIG);
  const progress = makeProgress(context.terminal);
  progress.follow(() => `upgrading ${name}`);
  const withOtherParameters: string[] = [];
  const kernel = await openKernel({
    config: options.config ?? DEFAULT_CONFIG,
    directory,
    ignoreChanges: true,
    on: {
      'config-changed': ({ kind, name: changed }) => {
        if (kind === 'parameters') withOtherParameters.push(changed);
      },
      console: ({ name: vat, text }) =>
        context.terminal.note(`${harmless(vat)}: ${harmless(text)}`),
      log: ({ level, message }) => context.terminal.note(`${level}: ${harmless(message)}`),
    },
  }).catch((error: unknown) => {
    progress.stop();
    throw error;
  });
  try {
    // Those that the config says, where it says others than the vat has, and the command line says none.
    const forVat = (vat: string): UpgradeVatRequest => {
      const { parameters } = config.vats[vat] ?? {};
      const isOther = withOtherParameters.includes(vat) && request.parameters === undefined;
      return isOther && parameters !== undefined ? { ...request, parameters } : request;
    };
    const upgrades =
      options.all === true
        ? await upgradeAll(
            kernel,
            name,
            withOtherParameters.filter((vat) => config.vats[vat]?.bundle === name),
            forVat,
            request,
          )
        : [await upgradeOne(kernel, name, forVat(staticNameOf(kernel, name)))];
    progress.stop();
    report(context, { directory, config: config.file ?? null, vats: upgrades }, (width) =>
      formatUpgrades(upgrades, width),
    );
    const failed = upgrades.some(({ outcome }) => outcome === 'rolled back' || outcome === 'ended');
    return failed ? EXIT.failed : EXIT.done;
  } finally {
    progress.stop();
    await kernel.close();
  }
};
