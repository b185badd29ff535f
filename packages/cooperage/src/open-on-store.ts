import type { KernelStore, VatID, VatWorkerHost } from '@cooperage/types';
import { makeKernelTables } from '@cooperage/kernel';
import {
  listPausedVats,
  makeRunner,
  type ResidencyLimits,
  type Runner,
} from '@cooperage/vat-manager';
import { makeBootstrap } from './bootstrap.js';
import { makeChangeVats } from './change-vats.js';
import { applyChanges } from './changes/apply-changes.js';
import type { ResolvedConfig } from './config/config.js';
import {
  type EngineRecorder,
  findEngineChanges,
  makeEngineRecorder,
} from './engines/engine-versions.js';
import type { Emitter } from './host/events.js';
import { type EndOfKernel, makeEndOfKernel } from './host/end-of-kernel.js';
import { makePausedNotices } from './host/paused/notices.js';
import { installServices } from './host/install-services.js';
import { withSourcePlaces } from './source-places.js';
import { makeSwitchboard, type Switchboard } from './host/switchboard.js';
import type { CooperageKernel } from './kernel-api.js';
import { carryLinks, type LinkCarrier } from './links/carry-links.js';
import { type FarRoots, makeFarRoots } from './links/far-roots.js';
import { joinPeers } from './links/kernel-links.js';
import { makeLogBook } from './control/log-book.js';
import { makeRejectionNotices } from './host/rejections/notices.js';
import { loadServices } from './services/load-services.js';
import { type LogSink, makeLogger } from './services/logger.js';
import { makeTimer, type Timer } from './services/timer/index.js';
import { bundleAll, INITIALISED, storeUsualOptions } from './static-vats.js';
import type { Opening } from './opening/options.js';
import { eventsFor } from './opening/runner-events.js';
import {
  NO_CHANGES,
  lookForChanges,
  tellChanges,
  tellEngineChanges,
  provideVats,
  followBootstrap,
} from './opening/changes.js';
import { makeKernelApi } from './opening/kernel-api.js';
import {
  openControl,
  stopping,
  finishOpening,
  makeEnds,
  closingOnFailure,
  type EndsPowers,
} from './opening/ends.js';

const residencyOf = ({
  maxVatsOnline: vats,
  maxMegabytes: megabytes,
}: ResolvedConfig): ResidencyLimits => {
  return { ...(vats !== undefined && { vats }), ...(megabytes !== undefined && { megabytes }) };
};

/** Where the log of the vats and of the kernel goes: to those who listen, or else to standard error. */
const logTo = (options: Opening, emitter: Emitter): LogSink => {
  const { log } = options;
  return (level, message) => {
    emitter.emit('log', { level, message });
    if (log !== undefined) log(level, message);
    else if (!emitter.hasListeners('log')) process.stderr.write(`${level}: ${message}\n`);
  };
};

/** The services in the box, but for the vat administration, which is the kernel's own. */
const boxed = (timer: Timer, log: LogSink) => ({ timer: timer.service, logger: makeLogger(log) });

/** Tells which services the bootstrap vat gets: those that it lists, or else all but those of the config. */
const isGivenAtBootstrap =
  ({ bootstrap, services, vats }: ResolvedConfig) =>
  (service: string): boolean => {
    const listed = bootstrap === undefined ? undefined : vats[bootstrap]?.services;
    return listed?.includes(service) ?? !Object.hasOwn(services, service);
  };

/** What a runner takes from the options and the config of the kernel. */
const runnerOptionsOf = ({ ambientSource, played }: Opening, config: ResolvedConfig) => ({
  order: config.order,
  history: config.history,
  seed: config.seed,
  choices: played?.choices,
  snapshotInterval: config.snapshotInterval,
  residency: residencyOf(config),
  ...(ambientSource !== undefined && { ambient: ambientSource }),
});

const switchboardFor = (
  { manual = false, whenInboxIsFull = 'wait', played }: Opening,
  { order }: ResolvedConfig,
  end: EndOfKernel,
  rejected: (error: Error) => void,
): Switchboard =>
  // In the other orders nothing may depend on when an engine collects.
  makeSwitchboard({
    manual,
    whenInboxIsFull,
    end,
    collects: order === 'arrival',
    rejected,
    played,
  });

const startCarrier = ({ store }: Opening, runner: Runner, log: LogSink): LinkCarrier | undefined =>
  store?.links === undefined ? undefined : carryLinks({ source: store.links, runner, log });

const farRootsFor = (
  { elsewhere: shards = new Map(), store }: Opening,
  runner: Runner,
  switchboard: Switchboard,
  log: LogSink,
): FarRoots => makeFarRoots({ source: store?.links, shards, runner, switchboard, log });

const workersFor = (
  { aroundWorkers }: Opening,
  workers: VatWorkerHost,
  bundles: KernelStore['bundles'],
): VatWorkerHost => withSourcePlaces(aroundWorkers?.(workers, bundles) ?? workers, bundles);

/**
 * Joins kernel, workers and services on a store that is open.
 *
 * @throws {CooperageError} what `openKernel` throws; nothing was committed
 */
export const openOnStore = async (
  options: Opening,
  config: ResolvedConfig,
  emitter: Emitter,
  store: KernelStore,
  workers: VatWorkerHost,
): Promise<CooperageKernel> => {
  const logBook = makeLogBook();
  emitter.tap(logBook.add);
  const { played, manual = false } = options;
  const before = makeKernelTables(store.tables);
  const isNew = before.hostNames.find('host', INITIALISED) === undefined;
  // A test opens what it made of this config.
  const isSame = isNew || played !== undefined;
  const found = isSame ? NO_CHANGES : await lookForChanges(options, config, emitter, store, before);
  const bundled = await bundleAll(config, store, emitter, before);
  const engineChanges = await findEngineChanges(before);
  const engineRecorder: { current?: EngineRecorder } = {};
  const engines = (): EngineRecorder | undefined => engineRecorder.current;
  const end = makeEndOfKernel(() => emitter.hasListeners('failed'));
  const switchboard =
    played?.switchboard ?? switchboardFor(options, config, end, makeRejectionNotices(emitter));
  const log = logTo(options, emitter);
  const directory = options.directory ?? undefined;
  const loaded = await loadServices(config, options.services ?? {}, { directory, log });
  tellChanges(found.changes, options.upgrade === true, emitter, log);
  tellEngineChanges(engineChanges.changes, emitter, log);
  const notices = makePausedNotices(emitter, log, switchboard, config.rejectPausedAfter);
  const nameOf = (vatID: VatID): string =>
    tables.vats.isAlive(vatID) ? tables.vats.options(vatID).name : vatID;
  const runner = makeRunner({
    ...runnerOptionsOf(options, config),
    store,
    workers: workersFor(options, workers, store.bundles),
    onOutput: switchboard.onOutput,
    events: eventsFor({ emitter, switchboard, notices, end, nameOf, engines }),
  });
  switchboard.connect(runner);
  engineRecorder.current = makeEngineRecorder(runner, engineChanges);
  const { tables } = runner.core.kernel;
  const farRoots = farRootsFor(options, runner, switchboard, log);
  const given = { vat: config.bootstrap, isGiven: isGivenAtBootstrap(config), farRoots };
  const bootstrap = makeBootstrap({ runner, switchboard, emitter, manual, ...given });
  const timer = makeTimer(runner, switchboard, log, played?.clock);
  const control: EndsPowers['control'] = {};
  const links: EndsPowers['links'] = {};
  const { close, kill } = makeEnds({ runner, timer, notices, loaded, control, links });
  played?.opened({ runner, switchboard, kill });

  try {
    const services = { ...boxed(timer, log), ...loaded.services, ...options.services };
    const isSameHost = played?.switchboard !== undefined;
    installServices({ runner, switchboard, services, timer, isSameHost });
    storeUsualOptions(runner, config.usual);
    await provideVats({ runner, switchboard, emitter, config, bundled, isNew, bootstrap }, found);
    joinPeers(options.store?.links, runner);
  } catch (error) {
    // Nothing was committed since the store was opened, so nothing has happened.
    runner.pauseCommits();
    await close();
    throw error;
  }

  for (const paused of listPausedVats(tables)) notices.waits(paused);
  const changes = makeChangeVats({ config, runner, switchboard, store, emitter });
  if (!isNew || bootstrap.isAwaiting()) followBootstrap(bootstrap, log);
  if (options.upgrade === true && found.changes.length > 0) {
    const powers = { config, runner, bundles: store.bundles, change: changes };
    await closingOnFailure(applyChanges(powers, found), close);
  }

  const powers = { runner, switchboard, store, config, emitter, changes, bootstrap, end, farRoots };
  const kernel = makeKernelApi({ ...powers, links: options.store?.links, isNew, close });
  const parts = finishOpening(switchboard, control, {
    ...{ kernel, runner, config, logBook, manual, timer },
    requestStop: stopping(emitter, close),
  });
  links.carrier = startCarrier(options, runner, log);
  control.server = await closingOnFailure(openControl(options, parts, log), close);
  return kernel;
};
