/** Gives a vat, or all vats of a bundle, new code. The kernel runs for as long as that takes. */
import { makeKernelTables } from '@cooperage/kernel';
import { CooperageError, messageOf } from '@cooperage/types';
import { readSettled } from '../../changes/settled.js';
import { encodeOutside } from '../../control/outside-codec.js';
import { type ResolvedConfig, resolveConfig } from '../../config/config.js';
import { findModule } from '../../config/module-path.js';
import type { VatUpgrade } from '../../kernel-api.js';
import { settledParameters } from '../../services/vat-services.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { DEFAULT_CONFIG, type DirectoryOptions, findDirectory } from '../find-directory.js';
import { flushRunning, type Operator, withOperator } from '../operator.js';
import { usageError } from '../report-error.js';
import { formatUpgrades } from '../text/upgrades.js';
import { withStore } from '../with-store.js';

export interface UpgradeCommandOptions extends DirectoryOptions {
  /** The new code: a module, or a bundle that was made of one. */
  readonly bundle: string;
  /** What is named is a bundle of the config: all its vats are upgraded. */
  readonly all?: boolean;
  /** JSON; without it those of the config if they were changed, or else those that the vat has. */
  readonly parameters?: string;
  readonly message?: string;
}

/** A kernel that runs elsewhere has another working directory. */
const locateSource = (source: string): string => {
  const { path, tried } = findModule(source, process.cwd());
  if (path === undefined) throw new CooperageError('BUNDLE_NOT_FOUND', tried);
  return path;
};

const parseParameters = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw usageError(`--parameters must be JSON: ${messageOf(cause)}`);
  }
};

/** Vats of the config for which it says other parameters now than they were started with. */
const changedParameters = async (
  config: ResolvedConfig,
  directory: string,
): Promise<ReadonlyMap<string, unknown>> => {
  await flushRunning(directory);
  return withStore({ directory }, ({ tables }) => {
    const kernelTables = makeKernelTables(tables);
    return new Map(
      Object.entries(config.vats).flatMap(([name, vat]) => {
        const settled = readSettled(kernelTables, `vats.${name}`)?.parameters;
        const isOther = settled !== undefined && settled !== settledParameters(vat);
        return isOther
          ? [[name, vat.services === undefined ? vat.parameters : (vat.parameters ?? {})] as const]
          : [];
      }),
    );
  });
};

interface Request {
  readonly source: string;
  readonly parameters?: unknown;
  readonly message?: string;
}

/**
 * All vats of a bundle. Those that get parameters of their own are upgraded first: if one of them does not start,
 * the others stay as they are.
 */
const upgradeAll = async (
  { call }: Operator,
  bundle: string,
  request: Request,
  apart: ReadonlyMap<string, unknown>,
): Promise<readonly VatUpgrade[]> => {
  const done: VatUpgrade[] = [];
  for (const [vat, parameters] of apart) {
    const one = await call('upgrade', {
      vat,
      ...request,
      parameters: encodeOutside(parameters, 'parameters'),
    });
    done.push(one as VatUpgrade);
  }
  if (done.some(({ outcome }) => outcome !== 'upgraded')) return done;
  const others = (await call('upgradeBundle', { bundle, ...request })) as readonly VatUpgrade[];
  return [...done, ...others.filter((vat) => done.every(({ vatID }) => vatID !== vat.vatID))];
};

/** The name in the config of a vat that may be named by its id. */
const staticNameOf = async ({ look }: Operator, nameOrID: string): Promise<string> => {
  const { vats } = await look('vats');
  return vats.find(({ vatID, isStatic }) => isStatic && vatID === nameOrID)?.name ?? nameOrID;
};

export const upgradeCommand = async (
  context: CommandContext,
  name: string,
  options: UpgradeCommandOptions,
): Promise<ExitCode> => {
  const request: Request = {
    source: locateSource(options.bundle),
    ...(options.parameters === undefined
      ? {}
      : { parameters: encodeOutside(parseParameters(options.parameters), 'parameters') }),
    ...(options.message === undefined ? {} : { message: options.message }),
  };
  // A kernel that is not there is not made.
  const directory = await findDirectory(options);
  const config = await resolveConfig(options.config ?? DEFAULT_CONFIG);
  const changed =
    request.parameters === undefined
      ? await changedParameters(config, directory)
      : new Map<string, unknown>();
  const attempt = { label: `upgrading ${name}`, leave: true };
  return withOperator(context, options, attempt, async (operator) => {
    const upgrades: VatUpgrade[] = [];
    if (options.all === true) {
      const apart = [...changed].filter(([vat]) => config.vats[vat]?.bundle === name);
      upgrades.push(...(await upgradeAll(operator, name, request, new Map(apart))));
    } else {
      const vat = await staticNameOf(operator, name);
      const own = changed.has(vat)
        ? { parameters: encodeOutside(changed.get(vat), 'parameters') }
        : {};
      upgrades.push(
        (await operator.call('upgrade', { vat: name, ...request, ...own })) as VatUpgrade,
      );
    }
    report(context, { directory, config: config.file ?? null, vats: upgrades }, (width) =>
      formatUpgrades(upgrades, width),
    );
    const failed = upgrades.some(({ outcome }) => outcome === 'rolled back' || outcome === 'ended');
    return failed ? EXIT.failed : EXIT.done;
  });
};
