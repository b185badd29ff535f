import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import {
  CooperageError,
  insistOptions,
  type StoreBackend,
  type VatWorkerHost,
} from '@cooperage/types';
import type { ResolvedConfig } from './config/config.js';
import { overridesIn, resolveWith } from './config/resolve-config.js';
import { insistLayers } from './given-layers.js';
import { type Emitter, type KernelEventName, type Listener, makeEmitter } from './host/events.js';
import type { CooperageKernel, OpenKernelOptions } from './kernel-api.js';
import { placeVats } from './links/place-vats.js';
import { OPEN_OPTIONS } from './open-options.js';
import type { Opening } from './opening/options.js';
import { makeVatWorkers } from './workers/vat-workers.js';

const makeWorkers = (options: Opening, config: ResolvedConfig): VatWorkerHost =>
  makeVatWorkers({
    threads: config.threads,
    heapLimitMB: config.heapLimit,
    liveslots: options.liveslots,
    quickjs: options.quickjs,
  });

const openBackend = async (directory: string | undefined): Promise<StoreBackend> => {
  if (directory === undefined) return (await import('@cooperage/store')).makeMemoryBackend();
  return (await import('@cooperage/store-lmdb')).openLmdbBackend(directory);
};

const removeKernel = async (directory: string): Promise<void> => {
  await (await import('@cooperage/store-lmdb')).removeStore(directory);
  if (!existsSync(directory)) return;
  // Of a kernel that was killed.
  const { removeSocket } = await import('./control/socket-path.js');
  removeSocket(directory);
  if (readdirSync(directory).length === 0) rmdirSync(directory);
};

const directoryFor = ({ directory }: Opening, config: ResolvedConfig): string | undefined =>
  directory === null ? undefined : (directory ?? config.directory);

const openWith = async (
  options: Opening,
  config: ResolvedConfig,
  emitter: Emitter,
  workers: VatWorkerHost,
): Promise<CooperageKernel> => {
  // The caller's own store takes the place of any directory that the config names.
  const directory = options.store === undefined ? directoryFor(options, config) : undefined;
  const isNew =
    options.store === undefined
      ? directory === undefined || options.fresh === true || !existsSync(directory)
      : options.store.committed === 0;
  if (isNew) {
    const { prepareBundles } = await import('./static-vats.js');
    await prepareBundles(config, emitter);
  }
  if (directory !== undefined && options.fresh === true) await removeKernel(directory);
  const backend = options.store ?? (await openBackend(directory));
  const { makeKernelStore } = await import('@cooperage/store');
  const store = makeKernelStore(backend);
  try {
    const { openOnStore } = await import('./open-on-store.js');
    return await openOnStore(
      { ...options, directory: directory ?? null },
      config,
      emitter,
      store,
      workers,
    );
  } catch (error) {
    await store.close({ discard: true }).catch(() => undefined);
    // A kernel that never came to be leaves no directory behind.
    if (directory !== undefined && backend.committed === 0) await removeKernel(directory);
    throw error;
  }
};

/**
 * Opens the kernel in a directory or in a given store, or makes one there. The first start creates the vats of the
 * config and sends `bootstrap(vats, services)` to the root of the bootstrap vat. If a later start finds other code or
 * parameters in the config and its sources, it rejects, unless an option says what to do: `upgrade`, `ignoreChanges` or
 * `fresh`. If a vat of the config cannot be started, nothing is written.
 * @throws {CooperageError} `BAD_CONFIG`, `CONFIG_CHANGED`, `UPGRADE_FAILED`, `BAD_BUNDLE`, `BUNDLE_NOT_FOUND`,
 *   `VAT_START_FAILED`, `SERVICE_NOT_FOUND`, `STORE_LOCKED`, `STORE_CORRUPT`, `STORE_NEWER_FORMAT`, `STORE_FULL`,
 *   `STORE_DENIED`, `STORE_LOST`, `STORE_FAILED`, `BAD_ARGUMENT`
 */
export const openKernel = async (options: OpenKernelOptions): Promise<CooperageKernel> => {
  insistOptions('openKernel', options, OPEN_OPTIONS);
  return openResolved(options, () => resolveWith(options.config, overridesIn(options)));
};

/** The same with a config that was read before. */
export const openResolved = async (
  given: Opening,
  resolve: () => Promise<ResolvedConfig>,
): Promise<CooperageKernel> => {
  insistLayers(given);
  const options = given.backend === undefined ? given : { ...given, store: given.backend };
  if (options.upgrade === true && options.ignoreChanges === true) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      'openKernel: give either `upgrade` (the vats get what the config has now) or `ignoreChanges` (they keep what they have)',
    );
  }
  let { workers } = options;
  try {
    const { config, elsewhere } = await placeVats(await resolve(), options.store?.links);
    const emitter = makeEmitter();
    for (const [name, listener] of Object.entries(options.on ?? {})) {
      if (listener === undefined) continue;
      emitter.on(name as KernelEventName, listener as Listener<KernelEventName>);
    }
    workers ??= makeWorkers(options, config);
    // Threads take longest to come up: they do so while the rest of the kernel is loaded and the store is opened.
    workers.prepare?.(Object.keys(config.vats).length);
    return await openWith({ ...options, elsewhere }, config, emitter, workers);
  } catch (error) {
    await workers?.stop();
    // Closed already if the kernel came as far as using it.
    await options.store?.close().catch(() => undefined);
    throw error;
  }
};
