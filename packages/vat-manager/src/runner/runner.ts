import { type Host, keys, stopsKernel, makeCore, type Retired } from '@cooperage/kernel';
import { CooperageError, DEFAULTS, insistOptions, messageOf, type VatID } from '@cooperage/types';
import { makeCommits } from './commits.js';
import { sha256 } from './digest.js';
import { makeAmbientSource } from './host-ambient.js';
import { makeCrew } from '../crew/crew.js';
import { findHalted, type HaltedVat, listHalted } from '../crew/halted-vats.js';
import { makeHeapImages } from '../crew/heap-images.js';
import { makeInputs } from './inputs.js';
import { makeOutputQueue } from './output-queue.js';
import type { OutputAnswer, Runner, RunnerOptions } from './runner-contract.js';
import { RUNNER_OPTIONS } from './runner-options.js';
import { makeRuns } from './runs.js';

/** Records retired before their deliveries are posted: long enough for a batch, short enough for the workers. */
const SLICE = 32;
/** Milliseconds of retiring before whatever else the thread has to do. */
const TURN = 5;

interface Waiter {
  readonly resolve: (retired?: Retired) => void;
  readonly reject: (reason: unknown) => void;
}

const answerIn = (host: Host, answer: Parameters<Runner['settleOutput']>[1]): OutputAnswer =>
  typeof answer === 'function' ? answer(host) : answer;

/** A promise whose rejection is heard only by those who wait for it. */
const unawaited = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => undefined);
  return promise;
};

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeRunner = (options: RunnerOptions): Runner => {
  const { store, onOutput, events = {} } = insistOptions('makeRunner', options, RUNNER_OPTIONS);
  const hadHistory = store.tables.has(keys.historyNewest);
  const keepsHistory = options.history ?? (hadHistory || options.order === 'issue');
  const core = makeCore({
    tables: store.tables,
    transcripts: store.transcripts,
    order: options.order,
    digest: keepsHistory ? sha256 : undefined,
    ambient: makeAmbientSource(options.ambient),
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
  /** Nothing is begun any more; what is done becomes durable. */
  let closing = false;
  let closed = false;
  let cranks = 0;
  let refused = 0;
  let sumCranksAtOnce = 0;
  let mostCranksAtOnce = 0;
  let sumVatsAtOnce = 0;
  let mostVatsAtOnce = 0;
  let stepWaiters: Waiter[] = [];
  /** Rejects the promises of callers that wait for events that will not come any more. */
  let giveUp: (reason: CooperageError) => void = () => undefined;
  const givenUp = unawaited(new Promise<never>((_, reject) => (giveUp = reject)));

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
    halted: () => listHalted(core.kernel.tables),
    paused: () => options.workers.paused ?? 0,
  });

  const images = makeHeapImages({
    core,
    store,
    workers: options.workers,
    flush: () => commits.flush(),
    refused: (vatID, n, reason) => events.imageRefused?.(vatID, n, reason),
  });

  const inputs = makeInputs({
    isRetiring: () => core.isRetiring,
    make: (act) => makeInput(act),
    changed: () => schedulePump(),
  });

  const crew = makeCrew({
    core,
    store,
    workers: options.workers,
    events,
    changed: () => schedulePump(),
    failed: (thrown) => {
      if (!closed) fail(thrown);
    },
    isFree: () => inputs.isFree,
    residency: options.residency ?? {},
    asTheyCome: options.order === 'arrival',
    input: async (act) => inputSoon(act),
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
    inputs.abandon(reason);
    commits.abandon(reason);
    giveUp(reason);
  };

  const insistOpen = (): void => {
    if (failure !== undefined) throw failure;
    if (closed) throw new CooperageError('CLOSED', 'the kernel is closed');
  };

  /** It may have gone on in the same crank, because its meter had been topped up. */
  const ifHalted = (vatID: VatID, tell: (halted: HaltedVat) => void): void => {
    const halted = findHalted(core.kernel.tables, vatID);
    if (halted !== undefined) tell(halted);
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
          ifHalted(effect.vatID, (halted) => events.vatSuspended?.(halted, effect.suspension));
          break;
        case 'vat-released':
          crew.released(effect.vatID);
          break;
        case 'worker-stale':
          crew.dismiss(effect.vatID);
          break;
        case 'vat-upgraded':
          if (effect.error === undefined) images.forget(effect.vatID);
          events.vatUpgraded?.(effect);
          break;
        case 'delivery-waits':
          ifHalted(effect.vatID, (halted) => events.deliveryWaits?.(halted));
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
        case 'host-object-dropped':
          events.hostObjectDropped?.(effect.object);
          break;
        case 'output':
          outputs.add(effect.number);
          break;
      }
    }
  };

  const wants = (): boolean =>
    failure === undefined && !closing && (started || demand > 0 || steps > 0 || runs.some);

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
    for (let i = 0; i < (isStep ? 1 : SLICE);) {
      // A run may have reached its bound. What was begun is done first.
      if (!wants() && !core.isRetiring) return false;
      if (performance.now() >= until) return true;
      const retired = core.retireStep();
      if (retired === undefined) return false;
      if (retired === 'unfinished') continue;
      i += 1;
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
      while ((wants() || core.isRetiring) && !commits.isFull) {
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
      inputs.makeWaiting(() => performance.now() >= until);
      commit();
      commits.settleWaiters();
      if (core.isRetiring || !inputs.isFree) {
        goOnSoon();
        return;
      }
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
      if (failure === undefined && !closed && inputs.isFree) input(() => undefined);
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

  /** Whatever is in the way of an input is done. */
  const makeFree = (): void => {
    if (core.isRetiring) {
      try {
        const retired = core.retireNext();
        if (retired !== undefined) note(retired);
        perform();
      } catch (thrown) {
        fail(thrown);
        throw thrown;
      }
    }
    inputs.makeWaiting(() => false);
  };

  /** A mistake of the host's is the host's to hear of, and nothing has happened; what stops the kernel stops it here, too. */
  const makeInput = <T>(act: (host: Host) => T): T => {
    insistOpen();
    let result: T;
    try {
      result = core.input(act);
    } catch (thrown) {
      if (stopsKernel(thrown)) fail(thrown);
      throw thrown;
    }
    perform();
    schedulePump();
    return result;
  };

  const input = <T>(act: (host: Host) => T): T => {
    insistOpen();
    makeFree();
    return makeInput(act);
  };

  const inputSoon = <T>(act: (host: Host) => T): Promise<T> => {
    insistOpen();
    return unawaited(inputs.soon(act));
  };

  const orFailure = <T>(work: Promise<T>): Promise<T> => Promise.race([work, givenUp]);

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
    if (!closed) fail(loss);
  });

  // What was handed out before a restart, and what was not settled, goes out again.
  for (const [number] of core.kernel.tables.outputs.list()) outputs.add(number, store.durable);
  core.resume();
  crew.resume();

  return {
    core,
    input,
    inputSoon,
    get isFree() {
      return inputs.isFree;
    },
    whenFree: () => inputs.whenFree(),
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
      void inputSoon((host) => host.settleOutput(number, answerIn(host, answer)));
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
      // Callers of run() may still wait: no record is retired for them while the rest becomes durable.
      closing = true;
      core.abandon();
      if (failure === undefined && !commits.isHeld) await flush().catch(() => undefined);
      closed = true;
      abandon(new CooperageError('CLOSED', 'the kernel was closed'));
      crew.close();
      await options.workers.stop();
      await store.close({ discard: commits.isHeld || failure !== undefined });
    },
  };
};
