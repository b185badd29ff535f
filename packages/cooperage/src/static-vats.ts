import {
  type BundleID,
  CooperageError,
  type DefaultVatOptions,
  givenVatOptions,
  type KernelStore,
  type KObject,
  messageOf,
  STORED_VAT_OPTIONS,
  type StoredVatOptions,
  type VatOptions,
  vatOptionsIn,
} from '@cooperage/types';
import type { KernelTables, Quotas } from '@cooperage/kernel';
import type { Runner } from '@cooperage/vat-manager';
import { makeBundler } from '@cooperage/bundler';
import type { Bootstrap } from './bootstrap.js';
import { type GivenCode, settledByStart, writeSettled } from './changes/settled-entries.js';
import { codeIn, codeOf, readSettled } from './changes/settled.js';
import { parametersFor } from './services/vat-services.js';
import { putBundle } from './source-places.js';
import type { ResolvedConfig } from './config/config.js';
import type { VatAllowances } from './config/kernel-config.js';
import type { Emitter } from './host/events.js';
import { withNames } from './host/codec.js';
import type { Switchboard } from './host/switchboard.js';
import { findMeter } from '@cooperage/tools';

/** The kernel has been through its first start. */
export const INITIALISED = 'initialised';

/** What is written down with a new vat. */
export const optionsOf = (name: string, bundleID: BundleID, vat: StoredVatOptions): VatOptions => ({
  name,
  bundleID,
  ...(givenVatOptions(vat, STORED_VAT_OPTIONS) as StoredVatOptions),
});

/** What a vat is given that is not the vat's own: the meter that it is charged to, and what it and its like may use. */
export const allowancesOf = (
  tables: KernelTables,
  vat: VatAllowances,
): { readonly charged: { readonly meter?: KObject }; readonly quotas: Quotas } => ({
  charged: vat.meter === undefined ? {} : { meter: findMeter(tables, vat.meter) },
  quotas: givenVatOptions(vat, ['vatQuota', 'memoryQuota']),
});

/** Writes down what holds for vats that do not say, whether the config or a vat asks for them. */
export const storeUsualOptions = (runner: Runner, usual: DefaultVatOptions): void => {
  const { hostNames } = runner.core.kernel.tables;
  const changes = vatOptionsIn('default').flatMap((name) => {
    const given = (usual as Readonly<Record<string, number | string | undefined>>)[name];
    const value = given === undefined ? undefined : String(given);
    return value === hostNames.find('default', name) ? [] : [[name, value] as const];
  });
  if (changes.length === 0) return;
  runner.input((host) => {
    for (const [name, value] of changes) host.setName('default', name, value);
  });
};

/**
 * Bundles everything into the bundler's cache, so that what is wrong with it is found before anything is written or
 * deleted. The next caller finds the bundle there.
 *
 * @throws {CooperageError} `BAD_BUNDLE`, `BUNDLE_NOT_FOUND`
 */
export const prepareBundles = async (config: ResolvedConfig, emitter: Emitter): Promise<void> => {
  const bundler = makeBundler();
  const entries = [...Object.values(config.bundles), ...Object.values(config.vats)];
  for (const source of new Set(entries.map((entry) => entry.source))) {
    await bundler.bundle(source, {
      onProgress: ({ state }) => {
        if (state === 'bundling') emitter.emit('bundling', { source });
      },
    });
  }
};

/** The code of vats and bundles, by their names in the config. */
export interface Bundled {
  readonly bundles: ReadonlyMap<string, GivenCode>;
  readonly vats: ReadonlyMap<string, GivenCode>;
}

/**
 * Bundles what the store does not know yet.
 *
 * @throws {CooperageError} `BAD_BUNDLE`, `BUNDLE_NOT_FOUND`
 */
export const bundleAll = async (
  config: ResolvedConfig,
  store: KernelStore,
  emitter: Emitter,
  { hostNames }: Pick<KernelTables, 'hostNames'>,
): Promise<Bundled> => {
  const isKnown = (space: 'bundle' | 'vat', name: string): boolean =>
    hostNames.find(space, name) !== undefined;
  const idOf = (bundle: string) => hostNames.find('bundle', bundle) as BundleID | undefined;
  const bundler = makeBundler();
  const bundleOne = async (name: string, source: string): Promise<GivenCode> => {
    const began = performance.now();
    const bundle = await bundler.bundle(source);
    const bundleID = await putBundle(store.bundles, bundle);
    const { cached } = bundle;
    emitter.emit('bundled', { name, cached, milliseconds: performance.now() - began });
    return { bundleID, code: codeOf(bundle) };
  };
  const bundles = new Map<string, GivenCode>();
  const vats = new Map<string, GivenCode>();
  for (const [name, { source }] of Object.entries(config.bundles)) {
    if (!isKnown('bundle', name)) bundles.set(name, await bundleOne(name, source));
  }
  for (const [name, { bundle, source }] of Object.entries(config.vats)) {
    if (isKnown('vat', name)) continue;
    // Vats of one bundle run one code: where its source was changed, and that is ignored, the code that it had.
    const known = bundle === undefined ? undefined : idOf(bundle);
    if (known !== undefined) {
      const settled = readSettled({ hostNames }, `bundles.${bundle as string}`);
      vats.set(name, { bundleID: known, ...codeIn(settled) });
    } else vats.set(name, await bundleOne(name, source));
  }
  return { bundles, vats };
};

export interface StaticVats {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly emitter: Emitter;
  readonly config: ResolvedConfig;
  readonly bundled: Bundled;
  readonly isNew: boolean;
  readonly bootstrap: Bootstrap;
}

interface AllReady {
  readonly ready: Promise<void>;
  /** Waits no more. */
  readonly stop: () => void;
}

/** `ready` resolves when all of `pending` (name by vatID) are ready, rejects when one of them ends. */
const allReady = (emitter: Emitter, pending: Map<string, string>): AllReady => {
  let listening: (() => void)[] = [];
  const stop = (): void => {
    for (const each of listening.splice(0)) each();
  };
  const ready = new Promise<void>((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stop();
      settle();
    };
    listening = [
      emitter.on('vat-ready', ({ vatID }) => {
        pending.delete(vatID);
        if (pending.size === 0) finish(resolve);
      }),
      emitter.on('vat-ended', ({ vatID, reason }) => {
        const name = pending.get(vatID);
        if (name === undefined) return;
        const message = `the vat "${name}" cannot be started: ${reason}`;
        finish(() => reject(new CooperageError('VAT_START_FAILED', message)));
      }),
      emitter.on('failed', (error) => finish(() => reject(error))),
    ];
  });
  // Not waited for where there is nothing to start, or where the kernel stops before.
  ready.catch(() => undefined);
  return { ready, stop };
};

/**
 * Creates the meters and vats of the config that are not there yet, all or none, and sends `bootstrap` if the kernel is new.
 *
 * @throws {CooperageError} `VAT_START_FAILED`; nothing of it was committed
 */
export const createStaticVats = async (powers: StaticVats): Promise<void> => {
  const { runner, switchboard, emitter, config, bundled, isNew, bootstrap } = powers;
  const { tables } = runner.core.kernel;
  const { hostNames } = tables;
  const { codec, exports, presences } = switchboard;
  const parametersOf = (name: string, parameters: unknown) => {
    const encoded = codec.encode(parameters, `vats.${name}.parameters`);
    return exports.naming((_host, nameOf) => withNames(encoded, nameOf));
  };
  const resume = runner.pauseCommits();
  const pending = new Map<string, string>();
  const { ready, stop } = allReady(emitter, pending);

  const newMeters = Object.keys(config.meters).filter(
    (name) => hostNames.find('meter', name) === undefined,
  );
  runner.input((host) => {
    for (const [name, { bundleID }] of bundled.bundles) host.setName('bundle', name, bundleID);
    for (const [name, { remaining, threshold }] of Object.entries(config.meters)) {
      host.provideMeter(name, String(remaining), String(threshold));
    }
    for (const [name, vat] of Object.entries(config.vats)) {
      if (hostNames.find('vat', name) !== undefined) continue;
      const { bundleID } = bundled.vats.get(name) as GivenCode;
      const vatOptions = optionsOf(name, bundleID, vat);
      const { charged, quotas } = allowancesOf(tables, vat);
      const { vatID, root } = host.createVat(
        { ...vatOptions, ...charged },
        parametersOf(name, parametersFor(name, vat, tables, presences))(host),
        quotas,
      );
      host.pin(root);
      host.setName('vat', name, root);
      pending.set(vatID, name);
    }
    writeSettled(host, settledByStart(config, { ...bundled, meters: newMeters }));
    if (isNew) bootstrap.sendIn(host);
    host.setName('host', INITIALISED, '1');
  });
  // Before the kernel moves: the answer is told to those who wait for it by then.
  if (isNew && !bootstrap.isAwaiting()) bootstrap.follow().catch(() => undefined);
  if (pending.size === 0) stop();
  else
    await runner.runWhile(ready).catch((error: unknown) => {
      throw error instanceof CooperageError
        ? error
        : new CooperageError('VAT_START_FAILED', messageOf(error));
    });
  resume();
  await runner.flush();
};
