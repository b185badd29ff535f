import { existsSync, readdirSync, rmSync } from 'node:fs';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';
import {
  type BundleID,
  CooperageError,
  DEFAULTS,
  type KernelStore,
  type KObject,
  messageOf,
  type VatID,
  type VatOptions,
  type VatWorkerHost,
} from '@cooperage/types';
import {
  makeRunner,
  type Order,
  type Retired,
  type Runner,
  type RunnerStats,
} from '@cooperage/vat-manager';
import { makeThreadWorkerHost } from '@cooperage/worker-thread';
import { makeBundler } from './bundle/bundle.js';
import {
  type KernelConfig,
  type ResolvedConfig,
  type ResolvedVat,
  resolveConfig,
} from './config/config.js';
import { type Emitter, type KernelEventName, type Listener, makeEmitter } from './host/events.js';
import type { KernelRef } from './host/passable.js';
import { asService } from './host/service.js';
import { makeSwitchboard, type Switchboard } from './host/switchboard.js';
import { type LogSink, makeLogger } from './services/logger.js';
import { makeTimer } from './services/timer.js';

export interface OpenKernelOptions {
  /** Where the kernel lives; in memory, and gone with the process, if it is left out here and in the config. */
  readonly directory?: string;
  /** Path of a config file, or the config itself (its paths are relative to the working directory). */
  readonly config: string | KernelConfig;
  /** Objects that vats call with `E()`, by the names under which the bootstrap vat gets them. */
  readonly services?: Readonly<Record<string, object>>;
  readonly order?: Order;
  /** Threads that vats share; as many as there are cores if left out. */
  readonly threads?: number;
  /** Deliveries that may be out at a vat's worker at once: for every vat of the config, whatever it says. */
  readonly window?: number;
  /** Megabytes of heap for each thread. */
  readonly heapLimit?: number;
  /** Deletes what is in the directory first. */
  readonly fresh?: boolean;
  /** Sending does not set the kernel in motion: only `run`, `start` and `step` do. For debuggers. */
  readonly manual?: boolean;
  /** Where vats run instead of in a pool of threads. The kernel stops it when it is closed. */
  readonly workers?: VatWorkerHost;
  /** Modules that export `makeLiveSlots`, by the names that vats ask for with `liveslots`. */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** Receives what vats log through the `logger` service; written to standard error if left out. */
  readonly log?: LogSink;
  /** Listeners that are there from the beginning: while the kernel boots there is nothing yet to call `on` of. */
  readonly on?: { readonly [Name in KernelEventName]?: Listener<Name> };
}

export interface KernelStats extends RunnerStats {
  /** Vats that are alive. */
  readonly vats: number;
  /** Threads that vats share. */
  readonly order: Order;
}

export interface VatRequest {
  /** Name of a bundle in the config. */
  readonly bundle: string;
  readonly parameters?: unknown;
  readonly window?: number;
  readonly ownThread?: boolean;
  readonly crankTimeLimit?: number;
  readonly liveslots?: string;
}

/** A kernel that is open. Close it: it owns a directory and threads. */
export interface CooperageKernel {
  /** True if this start made the kernel, false if it found one in the directory. */
  readonly isNew: boolean;
  /**
   * Sends a message to the root of a static vat and keeps the kernel running until the answer is there.
   * Resolves (or rejects with the vat's reason) once the answer is durable.
   * @throws {CooperageError} `VAT_NOT_FOUND`, `BAD_ARGUMENT`
   */
  readonly send: (vat: string, method: string, args?: readonly unknown[]) => Promise<unknown>;
  /**
   * The root of a static vat.
   * @throws {CooperageError} `VAT_NOT_FOUND`
   */
  readonly root: (vat: string) => KernelRef;
  /** Asks for a vat, as a vat does through the vat administration. */
  readonly createVat: (
    name: string,
    request: VatRequest,
  ) => Promise<{ readonly root: KernelRef; readonly admin: KernelRef }>;
  /** Runs until there is nothing left to do and everything is durable. */
  readonly run: () => Promise<void>;
  /** Keeps running in the background. */
  readonly start: () => void;
  /** Ends `start`, between two cranks; what was retired is durable when it resolves. */
  readonly stop: () => Promise<void>;
  /** Retires one record; undefined where there is nothing left to do. */
  readonly step: () => Promise<Retired | undefined>;
  readonly stats: () => KernelStats;
  readonly on: <Name extends KernelEventName>(name: Name, listener: Listener<Name>) => () => void;
  /** The store, for reading: tools look at it between cranks. */
  readonly store: KernelStore;
  /** Stops the workers and lets go of the directory. Idempotent. */
  readonly close: () => Promise<void>;
}

const INITIALISED = 'initialised';

const clear = (directory: string): void => {
  if (!existsSync(directory)) return;
  const isStore = readdirSync(directory).some((name) => name.startsWith('store'));
  if (!isStore && readdirSync(directory).length > 0) {
    throw new CooperageError('BAD_ARGUMENT', `${directory} holds no kernel: it is not deleted`);
  }
  rmSync(directory, { recursive: true, force: true });
};

const toOptions = (
  name: string,
  bundleID: BundleID,
  vat: Partial<Pick<ResolvedVat, 'window' | 'ownThread' | 'crankTimeLimit' | 'liveslots'>>,
  window: number | undefined,
): VatOptions => ({
  name,
  bundleID,
  window: window ?? vat.window ?? DEFAULTS.window,
  ownThread: vat.ownThread ?? false,
  crankTimeLimit: vat.crankTimeLimit ?? DEFAULTS.crankTimeLimit,
  liveslots: vat.liveslots ?? 'cooperage',
});

interface Bundled {
  readonly bundles: ReadonlyMap<string, BundleID>;
  readonly vats: ReadonlyMap<string, BundleID>;
}

/** Bundles what the store does not know yet. */
const bundleAll = async (
  config: ResolvedConfig,
  store: KernelStore,
  emitter: Emitter,
  isKnown: (space: 'bundle' | 'vat', name: string) => boolean,
): Promise<Bundled> => {
  const bundler = makeBundler();
  const bundleOne = async (name: string, source: string): Promise<BundleID> => {
    const began = performance.now();
    const { text, cached } = await bundler.bundle(source);
    const id = await store.bundles.put(text);
    emitter.emit('bundled', { name, cached, milliseconds: performance.now() - began });
    return id;
  };
  const bundles = new Map<string, BundleID>();
  const vats = new Map<string, BundleID>();
  for (const [name, { source }] of Object.entries(config.bundles)) {
    if (!isKnown('bundle', name)) bundles.set(name, await bundleOne(name, source));
  }
  for (const [name, vat] of Object.entries(config.vats)) {
    if (!isKnown('vat', name)) vats.set(name, await bundleOne(name, vat.source));
  }
  return { bundles, vats };
};

/**
 * Opens the kernel in a directory, or makes one there. The first start creates the vats of the config and sends
 * `bootstrap(vats, services)` to the root of its bootstrap vat; the vats' code is settled from then on. If a vat
 * of the config cannot be started nothing is written.
 *
 * @throws {CooperageError} `BAD_CONFIG`, `BAD_BUNDLE`, `BUNDLE_NOT_FOUND`, `VAT_START_FAILED`, `SERVICE_NOT_FOUND`,
 *   `STORE_LOCKED`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`, `STORE_FULL`
 */
export const openKernel = async (options: OpenKernelOptions): Promise<CooperageKernel> => {
  const config = await resolveConfig(options.config);
  const emitter = makeEmitter();
  for (const [name, listener] of Object.entries(options.on ?? {})) {
    emitter.on(name as KernelEventName, listener as Listener<KernelEventName>);
  }
  const directory = options.directory ?? config.directory;
  if (directory !== undefined && options.fresh === true) clear(directory);
  const backend = directory === undefined ? makeMemoryBackend() : await openLmdbBackend(directory);
  const store = makeKernelStore(backend);
  try {
    return await openOnStore(options, config, emitter, store);
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
};

const openOnStore = async (
  options: OpenKernelOptions,
  config: ResolvedConfig,
  emitter: Emitter,
  store: KernelStore,
): Promise<CooperageKernel> => {
  const order = options.order ?? config.order;
  const { window } = options;
  const nameKey = (space: string, name: string): string => `name.${space}.${name}`;
  const isNew = !store.tables.has(nameKey('host', INITIALISED));
  const bundled = await bundleAll(config, store, emitter, (space, name) =>
    store.tables.has(nameKey(space, name)),
  );

  const threads = options.threads ?? config.threads;
  const workers =
    options.workers ??
    makeThreadWorkerHost({
      ...(threads === undefined ? {} : { threads }),
      heapLimitMB: options.heapLimit ?? config.heapLimit,
      ...(options.liveslots === undefined ? {} : { liveslots: options.liveslots }),
    });

  const vatName = (vatID: VatID): string => {
    const { vats } = runner.core.kernel.tables;
    return vats.isAlive(vatID) ? vats.options(vatID).name : vatID;
  };
  const switchboard = makeSwitchboard({ manual: options.manual ?? false });
  const runner: Runner = makeRunner({
    store,
    workers,
    order,
    onOutput: switchboard.onOutput,
    events: {
      retired: (retired) => emitter.emit('retired', retired),
      committed: (sequence) => emitter.emit('committed', { sequence }),
      vatReady: (vatID, name) => emitter.emit('vat-ready', { vatID, name }),
      vatEnded: (vatID, name, isFailure, reason) =>
        emitter.emit('vat-ended', { vatID, name, isFailure, reason }),
      workerStarted: (vatID, toReplay) => emitter.emit('worker-started', { vatID, toReplay }),
      workerLost: (vatID, reason) => emitter.emit('worker-lost', { vatID, reason }),
      failed: (error) => emitter.emit('failed', error),
      console: (vatID, level, text) => {
        if (emitter.hasListeners('console')) {
          emitter.emit('console', { vatID, name: vatName(vatID), level, text });
        } else {
          process.stderr.write(`${vatName(vatID)}: ${text}\n`);
        }
      },
    },
  });
  switchboard.connect(runner);
  const { names, vats } = runner.core.kernel.tables;

  const timer = makeTimer({
    find: (id) => {
      const deadline = names.find('host', `timer ${id}`);
      return deadline === undefined ? undefined : Number(deadline);
    },
    note: (id, deadline) => runner.input(() => names.set('host', `timer ${id}`, String(deadline))),
    forget: (id) => {
      runner.input(() => names.delete('host', `timer ${id}`));
    },
  });
  const log: LogSink =
    options.log ??
    ((level, message) => {
      if (!emitter.hasListeners('log')) process.stderr.write(`${level}: ${message}\n`);
    });
  const logger = makeLogger((level, message) => {
    emitter.emit('log', { level, message });
    log(level, message);
  });

  const close = async (): Promise<void> => {
    timer.stop();
    await runner.close();
  };

  try {
    addServices(runner, switchboard, { timer: timer.service, logger, ...options.services });
    if (Object.keys(config.vats).some((name) => names.find('vat', name) === undefined)) {
      await createStaticVats({ runner, switchboard, emitter, config, bundled, window, isNew });
    }
  } catch (error) {
    // Nothing was committed since the store was opened, so nothing has happened.
    runner.holdCommits();
    await close();
    throw error;
  }

  const root = (name: string): KernelRef => {
    const kref = names.find('vat', name);
    if (kref === undefined) {
      const known = [...names.list('vat')].map(([each]) => each).join(', ');
      throw new CooperageError(
        'VAT_NOT_FOUND',
        `no vat is named "${name}"; there are: ${known || 'none'}`,
      );
    }
    return switchboard.codec.makeRef(kref as KObject, 'Alleged: root');
  };

  return {
    isNew,
    store,
    root,
    close,
    send: async (vat, method, args = []) => root(vat).send(method, args),
    createVat: async (name, request) => {
      const bundleID = names.find('bundle', request.bundle);
      if (bundleID === undefined) {
        throw new CooperageError('BUNDLE_NOT_FOUND', `no bundle is named "${request.bundle}"`);
      }
      const vatOptions = toOptions(name, bundleID as BundleID, request, window);
      const parameters = switchboard.codec.encode(request.parameters);
      const { result } = runner.input((host) => host.createVat(vatOptions, parameters));
      const facets = await runner.runWhile(switchboard.answerOf(result));
      return facets as { root: KernelRef; admin: KernelRef };
    },
    run: () => runner.run(),
    start: () => runner.start(),
    stop: () => runner.stop(),
    step: () => runner.step(),
    stats: () => ({ ...runner.stats(), vats: vats.list().length, order }),
    on: (name, listener) => emitter.on(name, listener),
  };
};

const addServices = (
  runner: Runner,
  switchboard: Switchboard,
  services: Readonly<Record<string, object>>,
): void => {
  const { names } = runner.core.kernel.tables;
  const missing = [...names.list('service')]
    .map(([name]) => name)
    .filter((name) => name !== 'vatAdmin' && !(name in services));
  if (missing.length > 0) {
    throw new CooperageError(
      'SERVICE_NOT_FOUND',
      `vats of this kernel may hold these services, which were not given: ${missing.join(', ')}`,
    );
  }
  if ('vatAdmin' in services) {
    throw new CooperageError('NAME_IN_USE', 'the service name "vatAdmin" is the kernel’s own');
  }
  const checked = Object.entries(services).map(
    ([name, service]) => [name, asService(name, service)] as const,
  );
  runner.input((host) => {
    host.forgetPins();
    for (const [, kref] of names.list('vat')) host.pin(kref as KObject);
    host.provideVatAdmin();
    for (const [name, service] of checked) {
      switchboard.addService(host.provideService(name), name, service);
    }
  });
};

interface StaticVats {
  readonly runner: Runner;
  readonly switchboard: Switchboard;
  readonly emitter: Emitter;
  readonly config: ResolvedConfig;
  readonly bundled: Bundled;
  readonly window: number | undefined;
  readonly isNew: boolean;
}

/** Creates the vats of the config that are not there yet, all or none. */
const createStaticVats = async ({
  runner,
  switchboard,
  emitter,
  config,
  bundled,
  window,
  isNew,
}: StaticVats): Promise<void> => {
  const { names } = runner.core.kernel.tables;
  const { codec } = switchboard;
  const resume = runner.holdCommits();
  const pending = new Map<string, string>();
  const booted = new Promise<void>((resolve, reject) => {
    const stopListening = [
      emitter.on('vat-ready', ({ vatID }) => {
        pending.delete(vatID);
        if (pending.size === 0) finish(resolve);
      }),
      emitter.on('vat-ended', ({ vatID, reason }) => {
        const name = pending.get(vatID);
        if (name === undefined) return;
        finish(() =>
          reject(
            new CooperageError(
              'VAT_START_FAILED',
              `the vat "${name}" cannot be started: ${reason}`,
            ),
          ),
        );
      }),
      emitter.on('failed', (error) => finish(() => reject(error))),
    ];
    const finish = (settle: () => void): void => {
      stopListening.forEach((stop) => stop());
      settle();
    };
  });

  runner.input((host) => {
    for (const [name, id] of bundled.bundles) names.set('bundle', name, id);
    for (const [name, vat] of Object.entries(config.vats)) {
      if (names.find('vat', name) !== undefined) continue;
      const vatOptions = toOptions(name, bundled.vats.get(name) as BundleID, vat, window);
      const { vatID, root } = host.createVat(vatOptions, codec.encode(vat.parameters));
      host.pin(root);
      names.set('vat', name, root);
      pending.set(vatID, name);
    }
    if (isNew && config.bootstrap !== undefined) {
      const refs = (space: 'vat' | 'service'): Record<string, KernelRef> =>
        Object.fromEntries(
          [...names.list(space)]
            .filter(([name]) => space === 'service' || name !== config.bootstrap)
            .map(([name, kref]) => [name, codec.makeRef(kref as KObject, `Alleged: ${name}`)]),
        );
      const root = names.find('vat', config.bootstrap) as KObject;
      host.send(root, codec.encode(['bootstrap', [refs('vat'), refs('service')]]));
    }
    names.set('host', INITIALISED, '1');
  });
  await runner.runWhile(booted).catch((error: unknown) => {
    throw error instanceof CooperageError
      ? error
      : new CooperageError('VAT_START_FAILED', messageOf(error));
  });
  resume();
  await runner.flush();
};
