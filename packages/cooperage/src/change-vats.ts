/** What the host changes about vats that run: their code, one by one or all of a bundle, and their options. */
import {
  type BundleID,
  CooperageError,
  isBundleID,
  type KernelStore,
  messageOf,
  thereAre,
  type VatID,
} from '@cooperage/types';
import { keys, parseChangeableOptions } from '@cooperage/kernel';
import type { Runner } from '@cooperage/vat-manager';
import { makeBundler } from '@cooperage/bundler';
import { parametersFor } from './services/vat-services.js';
import { putBundle } from './source-places.js';
import {
  settledByBundleUpgrade,
  settledByUpgrade,
  type UpgradeCode,
  writeSettled,
} from './changes/settled-entries.js';
import { codeIn, codeOf, readSettled } from './changes/settled.js';
import type { ResolvedConfig } from './config/config.js';
import { findModule } from './config/module-path.js';
import type { Emitter } from './host/events.js';
import { isRejection } from './host/rejections/rejections.js';
import { type Encoded, withNames } from './host/codec.js';
import type { Switchboard } from './host/switchboard.js';
import { countUnheldObjects, findVat, staticNames } from '@cooperage/tools';
import type {
  CooperageKernel,
  NewCode,
  UpgradedIncarnation,
  UpgradeVatRequest,
  VatUpgrade,
} from './kernel-api.js';

export interface ChangeVatsPowers {
  readonly config: ResolvedConfig;
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly store: KernelStore;
  readonly emitter: Emitter;
}

export interface ChangeVats extends Pick<
  CooperageKernel,
  'upgradeVat' | 'upgradeBundle' | 'changeOptions'
> {
  /** @throws {CooperageError} `BUNDLE_NOT_FOUND` */
  findBundle(name: string): BundleID;
  /** Upgrades a vat to code that the store has; with the parameters that it has where none are given. */
  upgradeTo(
    vatID: VatID,
    bundleID: BundleID,
    given: { readonly parameters: unknown } | undefined,
    upgradeMessage: string,
  ): Promise<UpgradedIncarnation>;
}

const MESSAGE = 'vat upgraded';

/** Absent: the vat keeps those that it has. */
type Given = { readonly parameters: unknown } | undefined;

const givenIn = ({ parameters }: UpgradeVatRequest): Given =>
  parameters === undefined ? undefined : { parameters };

export const makeChangeVats = ({
  config,
  runner,
  switchboard,
  store,
  emitter,
}: ChangeVatsPowers): ChangeVats => {
  const { tables } = runner.core.kernel;
  const { counters, hostNames, vats } = tables;

  const findBundle = (name: string): BundleID => {
    const bundleID = hostNames.find('bundle', name);
    if (bundleID !== undefined) return bundleID as BundleID;
    const known = [...hostNames.list('bundle')].map(([each]) => each);
    throw new CooperageError(
      'BUNDLE_NOT_FOUND',
      `no bundle is named "${name}"${thereAre(name, known)}`,
    );
  };

  const bundleSource = async (source: string): Promise<UpgradeCode> => {
    const { path, tried } = findModule(source, process.cwd());
    if (path === undefined) throw new CooperageError('BUNDLE_NOT_FOUND', tried);
    const began = performance.now();
    const bundle = await makeBundler().bundle(path, {
      onProgress: ({ state }) => {
        if (state === 'bundling') emitter.emit('bundling', { source: path });
      },
    });
    const id = await putBundle(store.bundles, bundle);
    const { cached } = bundle;
    const milliseconds = performance.now() - began;
    emitter.emit('bundled', { name: source, cached, milliseconds });
    return { bundleID: id, path, code: codeOf(bundle) };
  };

  const provideCode = async ({ bundle, source }: NewCode): Promise<UpgradeCode> => {
    if (source !== undefined && bundle === undefined) return bundleSource(source);
    if (bundle === undefined || source !== undefined) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        'give either `{ bundle }`, the name of a bundle of the config, or `{ source }`, the path of a module',
      );
    }
    if (isBundleID(bundle) && store.bundles.has(bundle)) return { bundleID: bundle };
    return { bundleID: findBundle(bundle), ...codeIn(readSettled(tables, `bundles.${bundle}`)) };
  };

  /** A vat of the config keeps the services that it lists. */
  const encode = (vatID: VatID, given: Given): Encoded | undefined => {
    if (given === undefined) return undefined;
    const { codec, presences } = switchboard;
    const name = staticNames(tables).get(vatID) ?? '';
    const services = config.vats[name]?.services;
    const whole = parametersFor(name, { ...given, services }, tables, presences);
    return codec.encode(whole, 'parameters');
  };

  const upgrade = async (
    vatID: VatID,
    bundleID: BundleID,
    vatParameters: Encoded | undefined,
    upgradeMessage: string,
  ): Promise<UpgradedIncarnation> => {
    const result = runner.input(
      switchboard.exports.naming((host, nameOf) =>
        host.upgradeVat(vatID, {
          bundleID,
          upgradeMessage,
          ...(vatParameters !== undefined && { vatParameters: withNames(vatParameters, nameOf) }),
        }),
      ),
    );
    const answer = await runner.runWhile(switchboard.answerOf(result));
    const { incarnationNumber, uncollected } = answer as UpgradedIncarnation;
    if (uncollected === undefined) return { incarnationNumber };
    const objects = await countUnheldObjects(tables.rows, vatID);
    return { incarnationNumber, uncollected: { ...uncollected, objects } };
  };

  /** Vats that run the bundle of this name, or one that had the name before. */
  const vatsOf = (name: string, present: BundleID): VatID[] =>
    vats.list().filter((vatID) => {
      const { bundleID } = vats.options(vatID);
      return bundleID === present || hostNames.find('formerly', bundleID) === name;
    });

  const upgradeOne = async (
    vatID: VatID,
    start: () => Promise<UpgradedIncarnation>,
  ): Promise<VatUpgrade> => {
    const { name } = vats.options(vatID);
    try {
      return { vatID, name, outcome: 'upgraded', ...(await start()) };
    } catch (error) {
      if (!isRejection(error)) throw error;
      const outcome = vats.isAlive(vatID) ? 'rolled back' : 'ended';
      return { vatID, name, outcome, reason: messageOf(error) };
    }
  };

  /** Later starts tell of a vat of the config that has other code by now than the config says. */
  const recordUpgrade = async (
    vatID: VatID,
    { bundle, ...request }: UpgradeVatRequest,
    code: UpgradeCode,
  ): Promise<void> => {
    const given = givenIn(request);
    const entries = settledByUpgrade(config, tables, { ...code, vatID, bundle, given });
    if (entries.length === 0) return;
    runner.input((host) => writeSettled(host, entries));
    await runner.flush();
  };

  const upgradeBundle: CooperageKernel['upgradeBundle'] = async (name, request) => {
    const former = findBundle(name);
    const code = await provideCode(request);
    const { bundleID } = code;
    const { upgradeMessage = MESSAGE } = request;
    const all = [...new Set([...vatsOf(name, former), ...vatsOf(name, bundleID)])];
    const report = await Promise.all(
      all.map(async (vatID): Promise<VatUpgrade> => {
        const { name: vatName, bundleID: present } = vats.options(vatID);
        if (present !== bundleID) {
          const vatParameters = encode(vatID, givenIn(request));
          return upgradeOne(vatID, () => upgrade(vatID, bundleID, vatParameters, upgradeMessage));
        }
        const incarnationNumber = counters.read(keys.incarnation(vatID));
        return { vatID, name: vatName, outcome: 'unchanged', incarnationNumber };
      }),
    );
    // Vats that are made later get the new code, unless no vat could start with it.
    const works = report.some(({ outcome }) => outcome === 'upgraded' || outcome === 'unchanged');
    if (bundleID !== former && (works || report.length === 0)) {
      runner.input((host) => {
        host.setName('bundle', name, bundleID);
        host.setName('formerly', former, name);
        writeSettled(host, settledByBundleUpgrade(config, tables, name, code));
      });
      await runner.flush();
    }
    for (const { vatID, outcome } of report) {
      if (outcome === 'upgraded') await recordUpgrade(vatID as VatID, request, code);
    }
    return report;
  };

  return {
    findBundle,
    upgradeBundle,
    upgradeVat: async (vat, request) => {
      findVat(tables, vat);
      const code = await provideCode(request);
      const { bundleID } = code;
      // Bundling takes a while: the vat may be gone by now.
      const vatID = findVat(tables, vat);
      const vatParameters = encode(vatID, givenIn(request));
      const { upgradeMessage = MESSAGE } = request;
      const upgraded = await upgrade(vatID, bundleID, vatParameters, upgradeMessage);
      await recordUpgrade(vatID, request, code);
      return upgraded;
    },
    upgradeTo: (vatID, bundleID, given, upgradeMessage) =>
      upgrade(vatID, bundleID, encode(vatID, given), upgradeMessage),
    changeOptions: async (vat, options) => {
      const vatID = findVat(tables, vat);
      const changes = parseChangeableOptions(options);
      const result = runner.input((host) => host.changeOptions(vatID, changes));
      await runner.runWhile(switchboard.answerOf(result));
    },
  };
};
