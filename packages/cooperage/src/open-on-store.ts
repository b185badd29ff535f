import {
  CooperageError,
  isVatID,
  type KernelStore,
  type KObject,
  messageOf,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { type KernelTables, makeKernelTables } from '@cooperage/kernel';
import {
  listHalted,
  makeRunner,
  type ResidencyLimits,
  type Runner,
  type RunnerEvents,
} from '@cooperage/vat-manager';
import { makeBundler } from '@cooperage/bundler';
import {
  type Bootstrap,
  describeRejectedBootstrap,
  isBootstrapRejected,
  makeBootstrap,
} from './bootstrap.js';
import { makeChangeVats } from './change-vats.js';
import { applyChanges, insistApplicable } from './changes/apply-changes.js';
import {
  changedError,
  type ConfigChange,
  describeChange,
  stopsStart,
  withoutApplicable,
} from './changes/config-change.js';
import { findChanges, type FoundChanges } from './changes/find-changes.js';
import { notesOfOld, writeNotes } from './changes/notes.js';
import type { ResolvedConfig } from './config/config.js';
import { describeEngineChange, type EngineChange } from './engines/engine-change.js';
import { type EngineNotes, findEngineChanges, makeEngineNotes } from './engines/engine-versions.js';
import { type Exported, type ExportOptions, exportView } from '@cooperage/tools';
import type { Emitter } from './host/events.js';
import { type EndOfKernel, makeEndOfKernel } from './host/end-of-kernel.js';
import { type HaltedNotices, makeHaltedNotices } from './host/halted/notices.js';
import { exportObject } from './host/references/exported-object.js';
import { installServices } from './host/install-services.js';
import type { AnyMethods, KernelRef } from './host/references/kernel-ref.js';
import { withSourcePlaces } from './source-places.js';
import { makeSwitchboard, type Switchboard } from './host/switchboard.js';
import type { CooperageKernel, OpenKernelOptions } from './kernel-api.js';
import { makeCreateVat } from './create-vat.js';
import { checked } from './host-calls.js';
import { makeVatMethods } from './host/vat-methods.js';
import { makeLogBook } from './control/log-book.js';
import { type ControlParts, keepParts } from './control/parts.js';
import type { ControlServer } from './control/server.js';
import { makeMeters } from './meters.js';
import { makeQuarantine } from './quarantine.js';
import { makeSuspensionControl } from './suspension.js';
import { endErrorId } from './host/rejections/rejections.js';
import { makeRejectionNotices } from './host/rejections/notices.js';
import type { PlayedProcess } from './testing/played-process.js';
import { loadServices } from './services/load-services.js';
import { type LogSink, makeLogger } from './services/logger.js';
import { makeTimer, type Timer } from './services/timer/index.js';
import {
  bundleAll,
  createStaticVats,
  INITIALISED,
  noteUsualOptions,
  type StaticVats,
} from './static-vats.js';

interface EventsPowers {
  readonly emitter: Emitter;
  readonly switchboard: Switchboard;
  readonly notices: HaltedNotices;
  readonly end: EndOfKernel;
  readonly nameOf: (vatID: VatID) => string;
  /** Known once there is a runner. */
  readonly engines: () => EngineNotes | undefined;
}

const eventsFor = ({
  emitter,
  switchboard,
  notices,
  end,
  nameOf,
  engines,
}: EventsPowers): RunnerEvents => ({
  retired: (retired) => {
    switchboard.shortened(retired.vatID);
    emitter.emit('retired', retired);
  },
  committed: (sequence) => emitter.emit('committed', { sequence }),
  imageRefused: (vatID, n, reason) => emitter.emit('image-refused', { vatID, n, reason }),
  hostObjectDropped: (object) => {
    if (!switchboard.kept.dropped(object)) switchboard.exports.dropped(object);
  },
  vatForked: (vatID, parent) => {
    engines()?.forked(vatID, parent);
    emitter.emit('vat-forked', { vatID, parent });
  },
  vatReady: (vatID, name) => {
    engines()?.ready(vatID);
    emitter.emit('vat-ready', { vatID, name });
  },
  vatEnded: (vatID, name, isFailure, reason) => {
    switchboard.shortened(vatID);
    notices.over(vatID);
    emitter.emit('vat-ended', { vatID, name, isFailure, reason, errorId: endErrorId(vatID) });
  },
  workerStarted: (vatID, toReplay) => emitter.emit('worker-started', { vatID, toReplay }),
  vatUpgraded: ({ vatID, name, incarnation, error, withoutHeap }) => {
    if (error === undefined) notices.over(vatID);
    emitter.emit('vat-upgraded', {
      vatID,
      name,
      incarnation,
      ...(error !== undefined && { error }),
      ...(withoutHeap !== undefined && {
        withoutHeap: {
          halt: withoutHeap.halt.divergence === undefined ? 'suspended' : 'quarantined',
          uncollected: withoutHeap.uncollected,
        },
      }),
    });
  },
  vatSuspended: (halted, suspension) => notices.suspended(halted, suspension),
  vatQuarantined: (halted, divergence) => notices.quarantined(halted, divergence),
  deliveryWaits: (halted) => notices.waits(halted),
  workerLost: (vatID, reason) => emitter.emit('worker-lost', { vatID, reason }),
  failed: (error) => {
    end.noteFailure(error);
    emitter.emit('failed', error);
  },
  console: (vatID, level, text, crank) => {
    const name = nameOf(vatID);
    emitter.emit('console', { vatID, name, level, text, ...(crank !== undefined && { crank }) });
    if (!emitter.hasListeners('console')) process.stderr.write(`${name}: ${text}\n`);
  },
});

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

const NO_CHANGES: FoundChanges = { changes: [], sources: new Map() };

/**
 * What the config says otherwise than the kernel has. Nothing is changed yet, and no worker has started.
 * @throws {CooperageError} `CONFIG_CHANGED` where it was not said what to do about it
 */
const lookForChanges = async (
  { upgrade = false, ignoreChanges = false }: Opening,
  config: ResolvedConfig,
  emitter: Emitter,
  { bundles }: KernelStore,
  tables: KernelTables,
): Promise<FoundChanges> => {
  const bundler = makeBundler();
  const found = await findChanges({
    config,
    tables,
    bundles,
    bundle: (source) =>
      bundler.bundle(source, {
        onProgress: ({ state }) => {
          if (state === 'bundling') emitter.emit('bundling', { source });
        },
      }),
  });
  const grave = found.changes.filter(stopsStart);
  if (upgrade) insistApplicable(found.changes);
  else if (grave.length > 0 && !ignoreChanges) {
    throw changedError(config.file, grave, isBootstrapRejected(tables));
  }
  return found;
};

/** Tells what is as it was after this start. */
const tellChanges = (
  changes: readonly ConfigChange[],
  upgrade: boolean,
  emitter: Emitter,
  log: LogSink,
): void => {
  for (const change of upgrade ? changes.flatMap(withoutApplicable) : changes) {
    emitter.emit('config-changed', change);
    if (!emitter.hasListeners('config-changed')) log('warn', describeChange(change));
  }
};

/** The log has it too: it is what an operator looks at when a vat diverges later. */
const tellEngineChanges = (
  changes: readonly EngineChange[],
  emitter: Emitter,
  log: LogSink,
): void => {
  for (const change of changes) {
    emitter.emit('engine-changed', change);
    log('warn', describeEngineChange(change));
  }
};

/** Notes what an earlier version did not, and makes what the config names and is not there. */
const provideVats = async (powers: StaticVats, found: FoundChanges): Promise<void> => {
  const { runner, config, isNew } = powers;
  const { tables } = runner.core.kernel;
  const isNamed = (space: 'meter' | 'vat' | 'bundle') => (name: string) =>
    tables.names.find(space, name) !== undefined;
  const isComplete =
    Object.keys(config.vats).every(isNamed('vat')) &&
    Object.keys(config.bundles).every(isNamed('bundle')) &&
    Object.keys(config.meters).every(isNamed('meter'));
  if (!isNew) {
    const notes = notesOfOld(config, tables, found);
    if (notes.length > 0) runner.input((host) => writeNotes(host, notes));
  }
  if (!isComplete || isNew) await createStaticVats(powers);
};

/** Waits for what an earlier start sent, and says where that was rejected. */
const followBootstrap = (bootstrap: Bootstrap, log: LogSink): void => {
  const sent = bootstrap.state();
  if (sent?.state === 'rejected') log('warn', describeRejectedBootstrap(sent.error));
  bootstrap.follow().catch(() => undefined);
};

/** A run, with what has become of the bootstrap. */
const runWith =
  (runner: Runner, bootstrap: Bootstrap): CooperageKernel['run'] =>
  async (bounds) => {
    const ended = await runner.run(bounds);
    const sent = bootstrap.state();
    return sent === undefined ? ended : { ...ended, bootstrap: sent };
  };

/** What sets the kernel in motion, and ends it. */
const makeMotion = (
  runner: Runner,
  bootstrap: Bootstrap,
  end: EndOfKernel,
): Pick<CooperageKernel, 'bootstrap' | 'run' | 'start' | 'stop' | 'step'> => ({
  bootstrap: end.covering(() => bootstrap.repeat()),
  run: end.covering(runWith(runner, bootstrap)),
  start: () => runner.start(),
  stop: () => end.cover(() => runner.stop()),
  step: () => end.cover(() => runner.step()),
});

/** Static vats by their names. */
const makeRoots = ({ names, objects }: KernelTables, { presences }: Switchboard) => {
  const rootOf = (name: string): KObject => {
    const kref = names.find('vat', name);
    if (kref === undefined) {
      const known = [...names.list('vat')].map(([each]) => each).join(', ');
      throw new CooperageError(
        'VAT_NOT_FOUND',
        `no vat is named "${name}"; there are: ${known || 'none'}`,
      );
    }
    return kref as KObject;
  };
  const root = <T = AnyMethods>(name: string): KernelRef<T> =>
    presences.provide(rootOf(name), 'root') as unknown as KernelRef<T>;

  const vatIDOf = (name: string): VatID => {
    const { owner } = objects.get(rootOf(name));
    if (isVatID(owner)) return owner;
    throw new CooperageError('VAT_NOT_FOUND', `vat "${name}" was terminated`);
  };
  return { root, vatIDOf };
};

/** Gives the promise for the answer itself: what is sent to it with `E()` goes to the kernel at once. */
const makeSend = (root: (vat: string) => KernelRef, end: EndOfKernel): CooperageKernel['send'] => {
  const send = checked('send', (vat: string, method: string, args?: readonly unknown[]) =>
    root(vat).send(method, args),
  );
  return (...args) => {
    try {
      return send(...args);
    } catch (thrown) {
      return end.cover(() => {
        throw thrown;
      });
    }
  };
};

/** Writes the kernel as it is when all that was done so far is durable. */
const makeExport =
  (runner: Runner, store: KernelStore) =>
  async (target: string, exporting: ExportOptions = {}): Promise<Exported> => {
    await runner.flush();
    const view = store.view();
    try {
      return await exportView(view, target, exporting);
    } finally {
      await view.release();
    }
  };

/** How a kernel is opened, the config aside. */
export interface Opening extends Omit<OpenKernelOptions, 'config'> {
  /** For tests of vats. */
  readonly played?: PlayedProcess | undefined;
}

/**
 * The control socket in the directory of the kernel, unless it was said that there is to be none.
 * @throws {CooperageError} `CONTROL_UNAVAILABLE` where it was asked for
 */
const openControl = async (
  { control, directory }: Opening,
  parts: ControlParts,
  log: LogSink,
): Promise<ControlServer | undefined> => {
  if (typeof directory !== 'string' || control === false) return undefined;
  const { hasControl, startControl } = await import('./control/server.js');
  if (!hasControl && control === undefined) return undefined;
  try {
    return await startControl(directory, parts);
  } catch (error) {
    if (control === true) throw error;
    log('warn', `${messageOf(error)}. Operators cannot reach this kernel while it runs`);
    return undefined;
  }
};

/** An operator asks for the end: the kernel is closed, unless its program sees to that. */
const stopping = (emitter: Emitter, close: () => Promise<void>) => (): void => {
  emitter.emit('stop-requested', {});
  if (!emitter.hasListeners('stop-requested')) void close();
};

/** The services in the box, but for the vat administration, which is the kernel's own. */
const boxed = (timer: Timer, log: LogSink) => ({ timer: timer.service, logger: makeLogger(log) });

/** The kernel is open: it can be operated, and its wake-ups come. */
const finishOpening = (
  { codec, exports, kept, presences }: Switchboard,
  control: { readonly server?: ControlServer | undefined },
  given: Omit<
    ControlParts,
    'codec' | 'exports' | 'kept' | 'presences' | 'refuseRequests' | 'timer'
  > & {
    readonly timer: Timer;
  },
): ControlParts => {
  const refuseRequests = (): void => control.server?.beginClose();
  const parts = { ...given, codec, exports, kept, presences, refuseRequests };
  keepParts(parts);
  given.timer.resume();
  return parts;
};

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

interface EndsPowers {
  readonly runner: Runner;
  readonly timer: Timer;
  readonly notices: HaltedNotices;
  readonly loaded: { dispose(): Promise<void> };
  /** Known once it is opened. */
  readonly control: { server?: ControlServer | undefined };
}

/** The two ends of a kernel: `kill` is that of a test, as if the process had ended. */
const makeEnds = ({ runner, timer, notices, loaded, control }: EndsPowers) => ({
  close: async (): Promise<void> => {
    control.server?.beginClose();
    timer.stop();
    notices.end();
    await runner.close();
    await control.server?.close();
    await loaded.dispose();
  },
  kill: (): void => {
    timer.stop();
    notices.end();
    runner.kill();
  },
});

const closingOnFailure = <T>(work: Promise<T>, close: () => Promise<void>): Promise<T> =>
  work.catch(async (error: unknown) => {
    await close();
    throw error;
  });

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
  emitter.tap(logBook.note);
  const { played } = options;
  const before = makeKernelTables(store.tables);
  const isNew = before.names.find('host', INITIALISED) === undefined;
  // A test opens what it made of this config.
  const isSame = isNew || played !== undefined;
  const found = isSame ? NO_CHANGES : await lookForChanges(options, config, emitter, store, before);
  const bundled = await bundleAll(config, store, emitter, before);
  const engineChanges = await findEngineChanges(before);
  const engineNotes: { current?: EngineNotes } = {};
  const engines = (): EngineNotes | undefined => engineNotes.current;

  const end = makeEndOfKernel(() => emitter.hasListeners('failed'));
  const { manual = false } = options;
  const switchboard =
    played?.switchboard ?? switchboardFor(options, config, end, makeRejectionNotices(emitter));
  const log = logTo(options, emitter);
  const directory = options.directory ?? undefined;
  const loaded = await loadServices(config, options.services ?? {}, { directory, log });
  tellChanges(found.changes, options.upgrade === true, emitter, log);
  tellEngineChanges(engineChanges.changes, emitter, log);
  const notices = makeHaltedNotices(emitter, log, switchboard, config.rejectHaltedAfter);
  const nameOf = (vatID: VatID): string => (vats.isAlive(vatID) ? vats.options(vatID).name : vatID);
  const runner: Runner = makeRunner({
    ...runnerOptionsOf(options, config),
    store,
    workers: withSourcePlaces(workers, store.bundles),
    onOutput: switchboard.onOutput,
    events: eventsFor({ emitter, switchboard, notices, end, nameOf, engines }),
  });
  switchboard.connect(runner);
  engineNotes.current = makeEngineNotes(runner, engineChanges);
  const { tables } = runner.core.kernel;
  const { vats } = tables;
  const vat = config.bootstrap;
  const isGiven = isGivenAtBootstrap(config);
  const bootstrap = makeBootstrap({ runner, switchboard, emitter, manual, vat, isGiven });
  const timer = makeTimer(runner, switchboard, log, played?.clock);
  const control: EndsPowers['control'] = {};
  const { close, kill } = makeEnds({ runner, timer, notices, loaded, control });
  played?.opened({ runner, switchboard, kill });

  try {
    const services = { ...boxed(timer, log), ...loaded.services, ...options.services };
    const isSameHost = played?.switchboard !== undefined;
    installServices({ runner, switchboard, services, timer, isSameHost });
    noteUsualOptions(runner, config.usual);
    const powers = { runner, switchboard, emitter, config, bundled, isNew, bootstrap };
    await provideVats(powers, found);
  } catch (error) {
    // Nothing was committed since the store was opened, so nothing has happened.
    runner.holdCommits();
    await close();
    throw error;
  }

  for (const halted of listHalted(tables)) notices.waits(halted);
  const changes = makeChangeVats({ config, runner, switchboard, store, emitter });
  if (!isNew) followBootstrap(bootstrap, log);
  if (options.upgrade === true && found.changes.length > 0) {
    const powers = { config, runner, bundles: store.bundles, change: changes };
    await closingOnFailure(applyChanges(powers, found), close);
  }

  const { root, vatIDOf } = makeRoots(tables, switchboard);
  const createVat = makeCreateVat({ runner, switchboard, config, changes });

  const kernel: CooperageKernel = {
    isNew,
    store,
    root: checked('root', root) as CooperageKernel['root'],
    exportObject,
    ...makeVatMethods({ runner, changes, end, createVat, vatIDOf }),
    meters: makeMeters(runner, switchboard),
    quarantine: makeQuarantine(runner),
    suspension: makeSuspensionControl(runner),
    close,
    send: makeSend(root, end),
    ...makeMotion(runner, bootstrap, end),
    export: end.covering(checked('export', makeExport(runner, store))),
    stats: () => ({ ...runner.stats(), vats: vats.count, order: config.order }),
    on: checked('on', (name, listener) => emitter.on(name, listener)),
  };
  const parts = finishOpening(switchboard, control, {
    ...{ kernel, runner, config, logBook, manual, timer },
    requestStop: stopping(emitter, close),
  });
  control.server = await closingOnFailure(openControl(options, parts, log), close);
  return kernel;
};
