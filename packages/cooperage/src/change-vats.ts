/** What the host changes about vats that run: their code, one by one or all of a bundle, and their options. */
import {
  type BundleID,
  type CapData,
  CooperageError,
  isBundleID,
  type KernelStore,
  type KRef,
  messageOf,
  type VatID,
} from '@cooperage/types';
import { keys, parseChangeableOptions } from '@cooperage/kernel';
import type { Runner } from '@cooperage/vat-manager';
import { makeBundler } from '@cooperage/bundler';
import { putBundle } from './source-places.js';
import { findModule } from './config/module-path.js';
import type { Emitter } from './host/events.js';
import type { Switchboard } from './host/switchboard.js';
import { findVat } from './inspect/find-vat.js';
import { countUnheldObjects } from './inspect/unheld-objects.js';
import type {
  CooperageKernel,
  NewCode,
  UpgradedIncarnation,
  UpgradeVatRequest,
  VatUpgrade,
} from './kernel-api.js';

export interface ChangeVatsPowers {
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
}

const MESSAGE = 'vat upgraded';

export const makeChangeVats = ({
  runner,
  switchboard,
  store,
  emitter,
}: ChangeVatsPowers): ChangeVats => {
  const { tables } = runner.core.kernel;
  const { counters, names, vats } = tables;

  const findBundle = (name: string): BundleID => {
    const bundleID = names.find('bundle', name);
    if (bundleID !== undefined) return bundleID as BundleID;
    const known = [...names.list('bundle')].map(([each]) => each).join(', ');
    throw new CooperageError(
      'BUNDLE_NOT_FOUND',
      `no bundle is named "${name}"; there are: ${known || 'none'}`,
    );
  };

  const bundleSource = async (source: string): Promise<BundleID> => {
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
    return id;
  };

  const provideCode = async ({ bundle, source }: NewCode): Promise<BundleID> => {
    if (source !== undefined && bundle === undefined) return bundleSource(source);
    if (bundle === undefined || source !== undefined) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        'new code is the name of a bundle of the config, `{ bundle }`, or a module, `{ source }`, and not both',
      );
    }
    return isBundleID(bundle) && store.bundles.has(bundle) ? bundle : findBundle(bundle);
  };

  const parametersIn = ({ parameters }: UpgradeVatRequest): CapData<KRef> | undefined =>
    parameters === undefined ? undefined : switchboard.codec.encode(parameters, 'parameters');

  const upgrade = async (
    vatID: VatID,
    bundleID: BundleID,
    vatParameters: CapData<KRef> | undefined,
    upgradeMessage: string,
  ): Promise<UpgradedIncarnation> => {
    const result = runner.input((host) =>
      host.upgradeVat(vatID, {
        bundleID,
        upgradeMessage,
        ...(vatParameters !== undefined && { vatParameters }),
      }),
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
      return bundleID === present || names.find('formerly', bundleID) === name;
    });

  const upgradeOne = async (
    vatID: VatID,
    start: () => Promise<UpgradedIncarnation>,
  ): Promise<VatUpgrade> => {
    const { name } = vats.options(vatID);
    try {
      return { vatID, name, outcome: 'upgraded', ...(await start()) };
    } catch (error) {
      if (error instanceof CooperageError) throw error;
      const outcome = vats.isAlive(vatID) ? 'rolled back' : 'ended';
      return { vatID, name, outcome, reason: messageOf(error) };
    }
  };

  const upgradeBundle: CooperageKernel['upgradeBundle'] = async (name, request) => {
    const former = findBundle(name);
    const bundleID = await provideCode(request);
    const vatParameters = parametersIn(request);
    const { upgradeMessage = MESSAGE } = request;
    const all = [...new Set([...vatsOf(name, former), ...vatsOf(name, bundleID)])];
    const report = await Promise.all(
      all.map(async (vatID): Promise<VatUpgrade> => {
        const { name: vatName, bundleID: present } = vats.options(vatID);
        if (present !== bundleID) {
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
      });
      await runner.flush();
    }
    return report;
  };

  return {
    findBundle,
    upgradeBundle,
    upgradeVat: async (vat, request) => {
      findVat(tables, vat);
      const bundleID = await provideCode(request);
      const vatParameters = parametersIn(request);
      // Bundling takes a while: the vat may be gone by now.
      const vatID = findVat(tables, vat);
      return upgrade(vatID, bundleID, vatParameters, request.upgradeMessage ?? MESSAGE);
    },
    changeOptions: async (vat, options) => {
      const vatID = findVat(tables, vat);
      const changes = parseChangeableOptions(options);
      const result = runner.input((host) => host.changeOptions(vatID, changes));
      await runner.runWhile(switchboard.answerOf(result));
    },
  };
};
