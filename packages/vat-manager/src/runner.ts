import { type Host, keys, stopsKernel } from '@cooperage/kernel';
import {
  CooperageError,
  DEFAULTS,
  type KernelStore,
  messageOf,
  type Order,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { type Core, makeCore, type Retired } from './core/core.js';
import { makeCommits } from './commits.js';
import { sha256 } from './digest.js';
import { makeCrew } from './crew.js';
import { makeHeapImages } from './heap-images.js';
import { makeOutputQueue, type OutputHandler } from './output-queue.js';
import type { ResidencyLimits } from './residency.js';
import type { RunnerEvents } from './runner-events.js';
import { makeRuns, type RunBounds, type RunEnd } from './runs.js';

export interface RunnerOptions {
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  readonly order: Order;
  /** For the choices of `adversarial` order. */
  readonly seed?: number;
  /**
   * Whether each crank is written down, so that the kernel can be run again from its records. By default where
   * it was so far, and in `issue` order; `false` deletes what was kept.
   */
  readonly history?: boolean | undefined;
  /**
   * Called for each output, in order, once everything that led to it is durable; again after a restart for those
   * that were not settled. Answer with {@link Runner.settleOutput}. `background` outputs do not keep
   * {@link Runner.run} waiting.
   */
  readonly onOutput: OutputHandler;
  readonly residency?: ResidencyLimits;
  readonly events?: Partial<RunnerEvents>;
  /** Deliveries after which a vat's heap is copied, where its engine can; 200 unless given. */
  readonly snapshotInterval?: number;
}

export interface RunnerStats {
  /** Records retired since the kernel was opened. */
  readonly cranks: number;
  readonly refused: number;
  /** Groups committed since the kernel was opened. */
  readonly commits: number;
  /** Vats that have a worker. */
  readonly online: number;
  /** The most vats that had deliveries at their workers at one time. */
  readonly mostVatsAtOnce: number;
  /** The same, averaged over the records retired. */
  readonly meanVatsAtOnce: number;
  /** The most cranks that were seen running at one time: looked at whenever a record was retired. */
  readonly mostCranksAtOnce: number;
  /** The same, averaged. */
  readonly meanCranksAtOnce: number;
  /** Outputs that the host has not settled. */
  readonly openOutputs: number;
}

/** The kernel in motion: core, store and workers, joined by the event loop. */
export interface Runner {
  /** The machine itself, for reading: tools look at its tables between cranks. */
  readonly core: Core;
  /**
   * A crank of the host's. If `act` throws, nothing has happened.
   * @throws {CooperageError} `CLOSED`
   */
  input<T>(act: (host: Host) => T): T;
  /** Settles an output, as a crank of its own. */
  settleOutput(number: number, answer?: Parameters<Host['settleOutput']>[1]): void;
  /** Retire records as they come, until {@link Runner.stop}. */
  start(): void;
  /** Resolves between two cranks, when all that was retired is durable. */
  stop(): Promise<void>;
  /**
   * Resolves when there is nothing left to do: no inbox holds work, no crank is in flight, no vat is being
   * created, no garbage action is pending, no foreground output is open, and everything is durable.
   * Or when one of the bounds is reached, between two cranks and with all that was retired durable.
   *
   * @throws {CooperageError} `BAD_ARGUMENT` for a bound that is none
   */
  run(bounds?: RunBounds): Promise<RunEnd>;
  /** Keeps the kernel running until the promise is settled; rejects if the kernel stops for good first. */
  runWhile<T>(work: Promise<T>): Promise<T>;
  /** The promise, rejected if the kernel stops for good first. */
  orFailure<T>(work: Promise<T>): Promise<T>;
  /** Retires one record and waits until it is durable; undefined where there is nothing left to do. */
  step(): Promise<Retired | undefined>;
  /** Everything that was done so far is durable when it resolves. */
  flush(): Promise<void>;
  /**
   * Copies a vat's heap as it is between two cranks; durable when it resolves.
   * @throws {CooperageError} `BAD_ARGUMENT` where the vat's engine cannot
   */
  snapshot(vatID: VatID): Promise<void>;
  /**
   * Commits nothing until the returned function is called, so that all that happens meanwhile becomes durable
   * together or, if the process ends, never happened. Outputs wait as well.
   */
  holdCommits(): () => void;
  stats(): RunnerStats;
  /** Stops the workers and lets go of the store. What was retired is durable, unless commits are held. Idempotent. */
  close(): Promise<void>;
}

/** Records retired before their deliveries are posted: long enough for a batch, short enough for the workers. */
const SLICE = 32;
/** Milliseconds of retiring before whatever else the thread has to do. */
const TURN = 5;

interface Waiter {
  readonly resolve: (retired?: Retired) => void;
  readonly reject: (reason: unknown) => void;
}

export const makeRunner = (options: RunnerOptions): Runner => {
  const { store, onOutput, events = {} } = options;
  const hadHistory = store.tables.has(keys.historyNewest);
  const keepsHistory = options.history ?? (hadHistory || options.order === 'issue');
  const core = makeCore({
    tables: store.tables,
    transcripts: store.transcripts,
    order: options.order,
    digest: keepsHistory ? sha256 : undefined,
    ...(options.seed !== undefined && { seed: options.seed }),
  });
  if (hadHistory && !keepsHistory) core.input(() => core.kernel.tables.history.deleteAll());

  let started = false;
  /** How many callers want the kernel to run until something of theirs is done. */
  let demand = 0;
  /** Steps that were asked for and not made. */
  let steps = 0;
  /** Steps that were made, whose effects are still to be performed. */
  const stepped: Retired[] = [];
  let failure: CooperageError | undefined;
  let closed = false;
  let cranks = 0;
  let refused = 0;
  let sumCranksAtOnce = 0;
  let mostCranksAtOnce = 0;
  let sumVatsAtOnce = 0;
  let mostVatsAtOnce = 0;
  let stepWaiters: Waiter[] = [];
  /** Rejects whoever waits for something that will not come any more. */
  let giveUp: (reason: CooperageError) => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  givenUp.catch(() => undefined);

  const outputs = makeOutputQueue({
    store,
    find: (number) => core.kernel.tables.outputs.find(number),
    onOutput,
  });

  const commits = makeCommits({
    store,
    isAwaited: () => outputs.waiting,
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
  });

  const images = makeHeapImages({
    core,
    store,
    workers: options.workers,
    flush: () => commits.flush(),
    refused: (vatID, n, reason) => events.imageRefused?.(vatID, n, reason),
  });

  const crew = makeCrew({
    core,
    store,
    workers: options.workers,
    events,
    changed: () => schedulePump(),
    failed: (error) => fail(error),
    residency: options.residency ?? {},
    asTheyCome: options.order === 'arrival',
    input: (act) => input(act),
    images,
    snapshotInterval: options.snapshotInterval ?? DEFAULTS.snapshotInterval,
  });

  const fail = (thrown: unknown): void => {
    if (failure !== undefined) return;
    failure =
      thrown instanceof CooperageError
        ? thrown
        : new CooperageError('KERNEL_PANIC', messageOf(thrown), { cause: thrown });
    abandon(failure);
    events.failed?.(failure);
  };

  const abandon = (reason: CooperageError): void => {
    const waiters = stepWaiters;
    stepWaiters = [];
    for (const { reject } of waiters) reject(reason);
    runs.abandon(reason);
    commits.abandon(reason);
    giveUp(reason);
  };

  const insistOpen = (): void => {
    if (failure !== undefined) throw failure;
    if (closed) throw new CooperageError('CLOSED', 'the kernel is closed');
  };

  /** Does what the accepted cranks want done. */
  const perform = (): void => {
    for (const effect of core.takeEffects()) {
      switch (effect.type) {
        case 'deliver':
          crew.deliver(effect.vatID, effect.n, effect.text);
          break;
        case 'vat-ended':
          crew.dismiss(effect.vatID);
          images.forget(effect.vatID);
          events.vatEnded?.(effect.vatID, effect.name, effect.isFailure, effect.reason);
          break;
        case 'vat-suspended':
          events.vatSuspended?.(effect.vatID, effect.name, effect.suspension);
          break;
        case 'vat-released':
          crew.released(effect.vatID);
          break;
        case 'worker-stale':
          crew.dismiss(effect.vatID);
          break;
        case 'vat-upgraded':
          if (effect.error === undefined) images.forget(effect.vatID);
          events.vatUpgraded?.(effect.vatID, effect.name, effect.incarnation, effect.error);
          break;
        case 'vat-forked':
          images.forked(effect.vatID);
          crew.forked(effect.vatID, effect.parent);
          events.vatForked?.(effect.vatID, effect.parent);
          break;
        case 'rest':
          crew.rest(effect.vatID);
          break;
        case 'vat-ready':
          events.vatReady?.(effect.vatID, effect.name);
          break;
        case 'output':
          outputs.add(effect.number);
          break;
      }
    }
  };

  const wants = (): boolean =>
    failure === undefined && !closed && (started || demand > 0 || steps > 0 || runs.some);

  const note = (retired: Retired): void => {
    cranks += 1;
    if (retired.refused !== undefined) refused += 1;
    commits.noteRetired();
    const atOnce = crew.busy;
    sumVatsAtOnce += atOnce;
    mostVatsAtOnce = Math.max(mostVatsAtOnce, atOnce);
    const { running = 0 } = options.workers;
    sumCranksAtOnce += running;
    mostCranksAtOnce = Math.max(mostCranksAtOnce, running);
    crew.retired(retired.vatID);
    events.retired?.(retired);
    runs.note(retired);
  };

  /** @returns whether there may be more */
  const retireSome = (until: number): boolean => {
    const isStep = !started && demand === 0 && !runs.some;
    for (let i = 0; i < (isStep ? 1 : SLICE); i += 1) {
      // A run may have reached its bound.
      if (!wants()) return false;
      if (performance.now() >= until) return true;
      const retired = core.retireNext();
      if (retired === undefined) return false;
      note(retired);
      if (steps > 0) {
        steps -= 1;
        stepped.push(retired);
      }
    }
    return true;
  };

  /** A step is made when its effects are performed and durable. */
  const answerSteps = (): void => {
    for (const retired of stepped.splice(0)) {
      const waiter = stepWaiters.shift();
      if (waiter !== undefined)
        void commits.flush().then(() => waiter.resolve(retired), waiter.reject);
    }
  };

  let pumpScheduled = false;
  let goesOn = false;
  const schedulePump = (): void => {
    // However many records come in at once: what the thread has to do besides comes first.
    if (pumpScheduled || goesOn || closed) return;
    pumpScheduled = true;
    queueMicrotask(() => {
      pumpScheduled = false;
      pump();
    });
  };

  /** Where there is much to retire, others get their turn on the thread in between. */
  const goOnSoon = (): void => {
    if (goesOn) return;
    goesOn = true;
    setImmediate(() => {
      goesOn = false;
      pump();
    });
  };

  const pump = (): void => {
    if (failure !== undefined || closed) return;
    const until = performance.now() + TURN;
    try {
      if (wants()) outputs.release();
      // A full group waits for the disk: else its outputs would wait too long.
      while (wants() && !commits.isFull) {
        const more = retireSome(until);
        perform();
        crew.post();
        answerSteps();
        if (!more) break;
        if (performance.now() < until) continue;
        goOnSoon();
        break;
      }
      perform();
      crew.post();
      commit();
      commits.settleWaiters();
      if (isIdle() && !reapAtRest()) settleIdle();
      runs.settle();
      sweepAtRest();
    } catch (thrown) {
      fail(thrown);
    }
  };

  /** Nothing is left to do but to wait for the disk and for the host. */
  const isAtRest = (): boolean => core.waiting === 0 && core.isIdle() && !core.hasRemains;

  /** @returns whether there is something to do again */
  const reapAtRest = (): boolean => {
    if (!wants() || core.kernel.tables.dirt.waitingForRest().length === 0) return false;
    input((host) => host.bringOutDeadAtRest());
    return true;
  };

  let isSweeping = false;
  /** With nothing else to do, a crank deletes rows that are left; whatever comes in goes first. */
  const sweepAtRest = (): void => {
    if (isSweeping || !wants() || !core.hasRemains || core.waiting > 0 || !core.isIdle()) return;
    isSweeping = true;
    setImmediate(() => {
      isSweeping = false;
      if (failure === undefined && !closed) input(() => undefined);
    });
  };

  const isIdle = (): boolean => commits.isDurable && outputs.isIdle && isAtRest();

  const commit = (): void => {
    if (!wants()) return;
    if (outputs.waiting || isAtRest()) commits.start();
    else commits.startSoon();
  };

  const settleIdle = (): void => {
    runs.idle();
    const waiters = stepWaiters;
    stepWaiters = [];
    steps = 0;
    for (const { resolve } of waiters) resolve(undefined);
  };

  const flush = async (): Promise<void> => {
    insistOpen();
    await commits.flush();
  };

  /** A mistake of the host's is the host's to hear of, and nothing has happened; what stops the kernel stops it here, too. */
  const inputOrFail = <T>(act: (host: Host) => T): T => {
    try {
      return core.input(act);
    } catch (thrown) {
      if (stopsKernel(thrown)) fail(thrown);
      throw thrown;
    }
  };

  const input = <T>(act: (host: Host) => T): T => {
    insistOpen();
    const result = inputOrFail(act);
    perform();
    schedulePump();
    return result;
  };

  const orFailure = <T>(work: Promise<T>): Promise<T> => Promise.race([work, givenUp]);

  const runWhile = async <T>(work: Promise<T>): Promise<T> => {
    insistOpen();
    demand += 1;
    schedulePump();
    try {
      return await orFailure(work);
    } finally {
      demand -= 1;
    }
  };

  // What was handed out before a restart, and what was not settled, goes out again.
  for (const [number] of core.kernel.tables.outputs.list()) outputs.add(number, store.durable);
  core.resume();
  crew.resume();

  return {
    core,
    input,
    snapshot: async (vatID) => {
      insistOpen();
      await runWhile(crew.snapshot(vatID));
      await flush();
    },
    runWhile,
    orFailure,
    flush,
    run: async (bounds = {}) => {
      insistOpen();
      return runs.begin(bounds);
    },
    settleOutput: (number, answer) => {
      outputs.settled(number);
      input((host) => host.settleOutput(number, answer));
    },
    start: () => {
      insistOpen();
      started = true;
      schedulePump();
    },
    stop: async () => {
      started = false;
      await flush();
    },
    step: () => {
      insistOpen();
      return new Promise<Retired | undefined>((resolve, reject) => {
        steps += 1;
        stepWaiters.push({ resolve, reject });
        schedulePump();
      });
    },
    holdCommits: () => commits.hold(),
    stats: () => ({
      cranks,
      refused,
      commits: commits.count,
      online: crew.online,
      mostVatsAtOnce,
      meanVatsAtOnce: cranks === 0 ? 0 : sumVatsAtOnce / cranks,
      mostCranksAtOnce,
      meanCranksAtOnce: cranks === 0 ? 0 : sumCranksAtOnce / cranks,
      openOutputs: outputs.open,
    }),
    close: async () => {
      if (closed) return;
      started = false;
      if (failure === undefined && !commits.isHeld) await flush().catch(() => undefined);
      closed = true;
      abandon(new CooperageError('CLOSED', 'the kernel was closed'));
      crew.close();
      await options.workers.stop();
      await store.close({ discard: commits.isHeld || failure !== undefined });
    },
  };
};
