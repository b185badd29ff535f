/** The event loop around the kernel, made of its parts. */
import { type Host, keys, type Retired } from '@cooperage/kernel';
import { CooperageError, DEFAULTS, insistOptions } from '@cooperage/types';
import { makeCommits } from './commits.js';
import { makeWatchedCore } from '../watch/crank-watch.js';
import { sha256 } from './digest.js';
import { makeAmbientSource } from './host-ambient.js';
import { makeWorkerManager } from '../workers/worker-manager.js';
import { listPausedVats } from '../workers/paused-vats.js';
import { makeHeapImages } from '../workers/heap-images.js';
import { makeHostInputs } from './host-inputs.js';
import { makeLifetime, unawaited } from './lifetime.js';
import { makeOutputQueue } from './output-queue.js';
import { makePerformEffects } from './perform-effects.js';
import { makePump } from './pump.js';
import type { OutputAnswer, Runner, RunnerOptions } from './runner-contract.js';
import { RUNNER_OPTIONS } from './runner-options.js';
import { makeRuns } from '../runs/runs.js';
import { makeSteps } from '../runs/steps.js';
import { makeWorkCounts } from './work-counts.js';

const answerIn = (host: Host, answer: Parameters<Runner['settleOutput']>[1]): OutputAnswer =>
  typeof answer === 'function' ? answer(host) : answer;

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeRunner = (options: RunnerOptions): Runner => {
  const { store, onOutput, events = {} } = insistOptions('makeRunner', options, RUNNER_OPTIONS);
  const hadHistory = store.tables.has(keys.historyNewest);
  const keepsHistory = options.history ?? (hadHistory || options.order === 'issue');
  const { core, watch, timeLog } = makeWatchedCore(events, {
    tables: store.tables,
    transcripts: store.transcripts,
    order: options.order,
    digest: keepsHistory ? sha256 : undefined,
    ambient: makeAmbientSource(options.ambient),
    ...(options.seed !== undefined && { seed: options.seed }),
    choices: options.choices,
  });
  if (hadHistory && !keepsHistory) core.input(() => core.kernel.tables.history.deleteAll());

  let started = false;
  /** How many callers want the kernel to run until something of theirs is done. */
  let demand = 0;
  const counts = makeWorkCounts();

  const lifetime = makeLifetime({
    abandoned: (reason) => {
      steps.abandon(reason);
      runs.abandon(reason);
      inputs.abandon(reason);
      commits.abandon(reason);
    },
    failed: (failure) => events.failed?.(failure),
  });
  const { fail, insistOpen, orFailure } = lifetime;

  const outputs = makeOutputQueue({
    store,
    find: (number) => core.kernel.tables.outputs.find(number),
    onOutput,
  });

  const commits = makeCommits({
    store,
    isAwaited: () => outputs.waiting,
    closing: () => timeLog?.write(),
    onDurable: () => {
      events.committed?.(store.durable);
      schedulePump();
    },
    onFailure: (thrown) => fail(thrown),
    onResume: () => schedulePump(),
  });

  const runs = makeRuns({
    flush: () => commits.flush(),
    changed: () => schedulePump(),
    paused: () => listPausedVats(core.kernel.tables),
    debuggedTime: () => options.workers.debuggedTime ?? 0,
  });

  const images = makeHeapImages({
    core,
    store,
    workers: options.workers,
    flush: () => commits.flush(),
    refused: (vatID, n, reason) => events.imageRefused?.(vatID, n, reason),
  });

  const inputs = makeHostInputs({
    core,
    lifetime,
    onRetired: (retired) => onRetired(retired),
    perform: () => perform(),
    changed: () => schedulePump(),
  });

  const manager = makeWorkerManager({
    core,
    store,
    workers: options.workers,
    events,
    mark: (kind, vatID) => timeLog?.mark(kind, vatID),
    ran: (vatID, said) => watch.ran(vatID, said),
    changed: () => schedulePump(),
    failed: (thrown) => {
      if (!lifetime.isClosed) fail(thrown);
    },
    isFree: () => inputs.isFree,
    residency: options.residency ?? {},
    asTheyCome: options.order === 'arrival',
    input: async (act) => inputs.inputSoon(act),
    images,
    snapshotInterval: options.snapshotInterval ?? DEFAULTS.snapshotInterval,
  });

  const perform = makePerformEffects({ core, manager, images, outputs, events, watch });
  const steps = makeSteps(() => commits.flush());

  const wants = (): boolean =>
    lifetime.failure === undefined &&
    !lifetime.isClosing &&
    (started || demand > 0 || steps.some || runs.some);

  const onRetired = (retired: Retired): void => {
    commits.countRetired();
    counts.onRetired(retired, manager.busy, options.workers.running ?? 0);
    manager.retired(retired.vatID);
    events.retired?.(watch.retired(retired));
    runs.onRetired(retired);
  };

  const schedulePump = makePump({
    core,
    lifetime,
    manager,
    commits,
    outputs,
    inputs,
    runs,
    steps,
    wants,
    takesOne: () => !started && demand === 0 && !runs.some,
    onRetired,
    perform,
    input: (act) => inputs.input(act),
  });

  const flush = async (): Promise<void> => {
    insistOpen();
    await commits.flush();
  };

  const runWhile = async <T>(work: Promise<T>): Promise<T> => {
    // It may be over already, for the reason that is given next.
    void unawaited(work);
    insistOpen();
    demand += 1;
    schedulePump();
    try {
      return await orFailure(work);
    } finally {
      demand -= 1;
    }
  };

  store.onLost((loss) => {
    if (!lifetime.isClosed) fail(loss);
  });

  // Deliveries that were out before a restart, and unsettled outputs, go out again.
  for (const [number] of core.kernel.tables.outputs.list()) outputs.add(number, store.durable);
  core.resume();
  manager.resume();

  return {
    core,
    input: (act) => inputs.input(act),
    inputSoon: (act) => inputs.inputSoon(act),
    prepareInput: (prepare) => inputs.prepareInput(prepare),
    get isFree() {
      return inputs.isFree;
    },
    whenFree: () => inputs.whenFree(),
    snapshot: async (vatID) => {
      insistOpen();
      await runWhile(manager.snapshot(vatID));
      await flush();
    },
    runWhile,
    orFailure,
    flush,
    run: async (bounds = {}) => {
      insistOpen();
      return runs.begin(bounds);
    },
    outputSettled: (number) => outputs.settled(number),
    settleOutput: (number, answer) => {
      outputs.settled(number);
      void inputs.inputSoon((host) => host.settleOutput(number, answerIn(host, answer)));
    },
    start: () => {
      insistOpen();
      started = true;
      schedulePump();
    },
    stop: async () => {
      started = false;
      await inputs.whenFree();
      await flush();
    },
    step: () => {
      insistOpen();
      const step = steps.ask();
      schedulePump();
      return step;
    },
    pauseCommits: () => commits.pause(),
    stats: () => ({
      ...counts.stats(),
      commits: commits.count,
      online: manager.online,
      openOutputs: outputs.open,
    }),
    kill: () => {
      started = false;
      lifetime.end();
      commits.pause();
      manager.close();
    },
    close: async () => {
      if (lifetime.isClosed) return;
      started = false;
      // Callers of run() may still wait: no record is retired for them while the rest becomes durable.
      lifetime.beginClosing();
      core.abandon();
      if (lifetime.failure === undefined && !commits.isHeld) await flush().catch(() => undefined);
      lifetime.end();
      lifetime.abandon(new CooperageError('CLOSED', 'the kernel was closed'));
      manager.close();
      await options.workers.stop();
      await store.close({ discard: commits.isHeld || lifetime.failure !== undefined });
    },
  };
};
