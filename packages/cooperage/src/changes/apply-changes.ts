/** Gives vats what the config says now, for `upgrade: true`. */
import type { Bundle } from '@cooperage/bundler';
import {
  type Bundles,
  completeVatOptions,
  CooperageError,
  hasCode,
  messageOf,
  type VatID,
} from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { ChangeVats } from '../change-vats.js';
import type { ResolvedConfig } from '../config/config.js';
import { putBundle } from '../source-places.js';
import type { CodeChange, ConfigChange, OptionsChange } from './config-change.js';
import { type FoundChanges, staticVat } from './find-changes.js';
import { writeSettled } from './settled-entries.js';
import { codeOf, readSettled, type Settled, type SettledPlace } from './settled.js';
import { settledParameters } from '../services/vat-services.js';

export interface ApplyChangesPowers {
  readonly config: ResolvedConfig;
  readonly runner: Runner;
  readonly bundles: Bundles;
  readonly change: Pick<ChangeVats, 'upgradeTo' | 'upgradeBundle' | 'changeOptions'>;
}

const isCode = (change: ConfigChange): change is CodeChange => change.kind === 'code';
const isOptions = (change: ConfigChange): change is OptionsChange => change.kind === 'options';

/** @throws {CooperageError} `BAD_BUNDLE` where a source that was changed cannot be bundled */
export const insistApplicable = (changes: readonly ConfigChange[]): void => {
  const mistakes = changes.flatMap((change) =>
    isCode(change) && change.mistake !== undefined ? [change.mistake] : [],
  );
  if (mistakes[0] !== undefined) throw new CooperageError('BAD_BUNDLE', mistakes[0]);
};

const UPGRADE_MESSAGE = 'the code or the parameters in the config were changed';

/**
 * @throws {CooperageError} `UPGRADE_FAILED` where a vat does not start with the new code or parameters, and goes on as
 *   it was; the others are upgraded
 */
export const applyChanges = async (
  { config, runner, bundles, change }: ApplyChangesPowers,
  { changes, sources }: FoundChanges,
): Promise<void> => {
  const { tables } = runner.core.kernel;
  const { vats } = tables;
  const failures: string[] = [];

  const attempt = async (what: string, act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      if (hasCode(error, 'CLOSED') || hasCode(error, 'KERNEL_PANIC')) throw error;
      failures.push(`${what}: ${messageOf(error)}`);
      return false;
    }
  };
  const recordSettled = (place: SettledPlace, news: Settled): void => {
    const { isOtherCode, ...before } = readSettled(tables, place) ?? {};
    const kept =
      isOtherCode === undefined || news.code !== undefined ? before : { ...before, isOtherCode };
    const settled = { ...kept, ...news };
    runner.input((host) => writeSettled(host, [[place, settled]]));
  };
  const bundleFrom = (source: string): Bundle => sources.get(source) as Bundle;

  /** A vat with its forks: the vat first, with the parameters of the config if they changed. */
  const upgradeStatic = async (name: string, isOther: boolean): Promise<void> => {
    const vat = config.vats[name];
    const vatID = staticVat(tables, name);
    if (vat === undefined || vatID === undefined) return;
    const code = changes.find((each) => isCode(each) && each.of === 'vat' && each.name === name);
    const { bundleID: runs } = vats.options(vatID);
    const bundle = code === undefined ? runs : await putBundle(bundles, bundleFrom(vat.source));
    const parameters = isOther ? { parameters: vat.parameters } : undefined;
    const isDone = await attempt(`vat "${name}"`, () =>
      change.upgradeTo(vatID, bundle, parameters, UPGRADE_MESSAGE),
    );
    if (isDone) {
      recordSettled(`vats.${name}`, {
        ...(code !== undefined && { code: codeOf(bundleFrom(vat.source)) }),
        ...(isOther && { parameters: settledParameters(vat) }),
      });
    }
    for (const fork of code !== undefined && isCode(code) ? (code.vats as VatID[]) : []) {
      if (fork === vatID || !vats.isAlive(fork)) continue;
      await attempt(`${fork}, a fork of vat "${name}"`, () =>
        change.upgradeTo(fork, bundle, undefined, UPGRADE_MESSAGE),
      );
    }
  };

  const upgradeBundle = async ({ name, source }: CodeChange): Promise<void> => {
    const bundle = await putBundle(bundles, bundleFrom(source));
    const report = await change.upgradeBundle(name, { bundle, upgradeMessage: UPGRADE_MESSAGE });
    const rolledBack = report.flatMap((vat) => (vat.outcome === 'rolled back' ? [vat] : []));
    // A vat of the config is reported by its own name.
    const others = rolledBack.filter((vat) => staticVat(tables, vat.name) !== vat.vatID);
    failures.push(...others.map((vat) => `${vat.name} (${vat.vatID}): ${vat.reason}`));
    if (rolledBack.length === 0)
      recordSettled(`bundles.${name}`, { code: codeOf(bundleFrom(source)) });
  };

  const changeOptions = async ({ name, options }: OptionsChange): Promise<void> => {
    const vat = config.vats[name];
    const vatID = staticVat(tables, name);
    if (vat === undefined || vatID === undefined) return;
    const complete = completeVatOptions(vat.said) as unknown as Readonly<Record<string, unknown>>;
    const changeable = options.filter(
      ({ option, isChangeable }) => isChangeable && complete[option] !== undefined,
    );
    if (changeable.length === 0) return;
    const given = Object.fromEntries(changeable.map(({ option }) => [option, complete[option]]));
    const isDone = await attempt(`options of vat "${name}"`, () =>
      change.changeOptions(vatID, given),
    );
    if (!isDone) return;
    const said: Record<string, unknown> = { ...readSettled(tables, `vats.${name}`)?.options };
    for (const { option, now } of changeable) {
      if (now === undefined) delete said[option];
      else said[option] = now;
    }
    recordSettled(`vats.${name}`, { options: said });
  };

  const withOtherParameters = new Set(
    changes.flatMap((each) => (each.kind === 'parameters' ? [each.name] : [])),
  );
  const toUpgrade = new Set([
    ...changes.flatMap((each) => (isCode(each) && each.of === 'vat' ? [each.name] : [])),
    ...withOtherParameters,
  ]);
  // Vats first, with their parameters: those of a bundle run its code by the time that it is upgraded.
  for (const name of toUpgrade) await upgradeStatic(name, withOtherParameters.has(name));
  for (const each of changes) if (isCode(each) && each.of === 'bundle') await upgradeBundle(each);
  for (const each of changes) {
    if (isOptions(each) && each.of === 'vat') await changeOptions(each);
  }
  await runner.flush();

  if (failures.length === 0) return;
  throw new CooperageError(
    'UPGRADE_FAILED',
    [
      'these vats do not start with the code or parameters of the config, and keep those that they had; all other vats were upgraded:',
      ...failures.map((failure) => `  ${failure}`),
      'Correct them and upgrade again, or continue with what they have: --ignore-changes (`ignoreChanges: true`).',
    ].join('\n'),
  );
};
