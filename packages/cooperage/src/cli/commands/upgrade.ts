/** Gives a vat, or all vats of a bundle, new code. The kernel runs for as long as that takes. */
import { messageOf } from '@cooperage/types';
import { resolveConfig } from '../../config/config.js';
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
  /** JSON; the vat keeps those that it has where it is left out. */
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
  const kernel = await openKernel({
    config: options.config ?? DEFAULT_CONFIG,
    directory,
    on: {
      console: ({ name: vat, text }) =>
        context.terminal.note(`${harmless(vat)}: ${harmless(text)}`),
      log: ({ level, message }) => context.terminal.note(`${level}: ${harmless(message)}`),
    },
  }).catch((error: unknown) => {
    progress.stop();
    throw error;
  });
  try {
    const upgrades =
      options.all === true
        ? await kernel.upgradeBundle(name, request)
        : [await upgradeOne(kernel, name, request)];
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
