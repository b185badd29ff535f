import type { Host, Output } from '@cooperage/kernel';
import {
  type ConsoleLevel,
  CooperageError,
  type KernelStore,
  LIMITS,
  messageOf,
  type VatID,
  type VatWorkerHost,
} from '@cooperage/types';
import { type Core, makeCore, type Retired } from './core/core.js';
import type { Order } from './core/retirement-order.js';
import { makeCrew } from './crew.js';

/** What happens, for those who watch. None of it can change what happens. */
export interface RunnerEvents {
  /** A record was retired, or refused. */
  retired(retired: Retired): void;
  /** A group of records is durable. */
  committed(sequence: number): void;
  vatReady(vatID: VatID, name: string): void;
  vatEnded(vatID: VatID, name: string, isFailure: boolean, reason: string): void;
  /** A worker came up, with so many cranks to run again first. */
  workerStarted(vatID: VatID, toReplay: number): void;
  /** A worker is gone that nobody asked to go; its vat is brought back, or ended. */
  workerLost(vatID: VatID, reason: string): void;
  /** The kernel stopped for good; nothing is committed any more. */
  failed(error: CooperageError): void;
  /** A vat wrote to its console. */
  console(vatID: VatID, level: ConsoleLevel, text: string): void;
}

export interface RunnerOptions {
  readonly store: KernelStore;
  readonly workers: VatWorkerHost;
  readonly order: Order;
  /**
   * Called for each output, in order, once everything that led to it is durable; again after a restart for those
   * that were not settled. Answer with {@link Runner.settleOutput}. `background` outputs do not keep
   * {@link Runner.run} waiting.
   */
  readonly onOutput: (number: number, output: Output) => 'foreground' | 'background';
  readonly events?: Partial<RunnerEvents>;
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
   */
  run(): Promise<void>;
  /** Keeps the kernel running until the promise is settled; rejects if the kernel stops for good first. */
  runWhile<T>(work: Promise<T>): Promise<T>;
  /** The promise, rejected if the kernel stops for good first. */
  orFailure<T>(work: Promise<T>): Promise<T>;
  /** Retires one record and waits until it is durable; undefined where there is nothing left to do. */
  step(): Promise<Retired | undefined>;
  /** Everything that was done so far is durable when it resolves. */
  flush(): Promise<void>;
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

export const makeRunner = (options: RunnerOptions): Runner => {
  const { store, onOutput, events = {} } = options;
  const core = makeCore({
    tables: store.tables,
    transcripts: store.transcripts,
    order: options.order,
  });

  let started = false;
  /** How many callers want the kernel to run until something of theirs is done. */
  let demand = 0;
  /** Steps that were asked for and not made. */
  let steps = 0;
  /** Steps that were made, whose effects are still to be performed. */
  const stepped: Retired[] = [];
  let failure: CooperageError | undefined;
  let closed = false;
  let flushing = false;
  let retiredInGroup = 0;
  let commits = 0;
  /** How many callers want nothing to be committed yet. */
  let holds = 0;
  let cranks = 0;
  let refused = 0;
  let sumVatsAtOnce = 0;
  let mostVatsAtOnce = 0;

  /** Outputs that wait for their group to be durable, oldest first. */
  let unreleased: { readonly group: number; readonly number: number }[] = [];
  /** Released, not settled, and worth waiting for. */
  const foreground = new Set<number>();
  const background = new Set<number>();

  interface Waiter {
    readonly resolve: (retired?: Retired) => void;
    readonly reject: (reason: unknown) => void;
  }
  let idleWaiters: Waiter[] = [];
  let stepWaiters: Waiter[] = [];
  let durableWaiters: (Waiter & { readonly group: number })[] = [];
  /** Rejects whoever waits for something that will not come any more. */
  let giveUp: (reason: CooperageError) => void = () => undefined;
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  givenUp.catch(() => undefined);

  const crew = makeCrew({
    core,
    store,
    workers: options.workers,
    events,
    changed: () => schedulePump(),
    failed: (error) => fail(error),
    input: (act) => input(act),
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
    const waiters = [...idleWaiters, ...stepWaiters, ...durableWaiters];
    idleWaiters = [];
    stepWaiters = [];
    durableWaiters = [];
    for (const { reject } of waiters) reject(reason);
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
          events.vatEnded?.(effect.vatID, effect.name, effect.isFailure, effect.reason);
          break;
        case 'vat-ready':
          events.vatReady?.(effect.vatID, effect.name);
          break;
        case 'output':
          unreleased.push({ group: store.filling, number: effect.number });
          break;
      }
    }
  };

  const release = (): void => {
    const ready = unreleased.filter(({ group }) => group <= store.durable);
    if (ready.length === 0) return;
    unreleased = unreleased.slice(ready.length);
    for (const { number } of ready) {
      const output = core.kernel.tables.outputs.find(number);
      if (output === undefined) continue;
      // Registered first: the host may settle it at once.
      foreground.add(number);
      if (onOutput(number, output) === 'background' && foreground.delete(number)) {
        background.add(number);
      }
    }
  };

  const wants = (): boolean =>
    failure === undefined && !closed && (started || demand > 0 || steps > 0);

  const retireSome = (): boolean => {
    const isStep = !started && demand === 0;
    for (let i = 0; i < (isStep ? 1 : SLICE); i += 1) {
      const retired = core.retireNext();
      if (retired === undefined) return false;
      cranks += 1;
      if (retired.refused !== undefined) refused += 1;
      retiredInGroup += 1;
      const atOnce = crew.busy;
      sumVatsAtOnce += atOnce;
      mostVatsAtOnce = Math.max(mostVatsAtOnce, atOnce);
      crew.retired(retired.vatID);
      events.retired?.(retired);
      if (steps > 0) {
        steps -= 1;
        stepped.push(retired);
        if (isStep) return false;
      }
    }
    return true;
  };

  let pumpScheduled = false;
  const schedulePump = (): void => {
    if (pumpScheduled || closed) return;
    pumpScheduled = true;
    queueMicrotask(() => {
      pumpScheduled = false;
      pump();
    });
  };

  const pump = (): void => {
    if (failure !== undefined || closed) return;
    try {
      while (wants()) {
        // The group is full: outputs would wait too long. Go on when the disk has caught up.
        if (flushing && retiredInGroup >= LIMITS.groupRecords) break;
        const more = retireSome();
        perform();
        crew.post();
        for (const retired of stepped.splice(0)) {
          const waiter = stepWaiters.shift();
          if (waiter !== undefined) void flush().then(() => waiter.resolve(retired), waiter.reject);
        }
        if (!more) break;
      }
      perform();
      crew.post();
      if (wants()) startFlush();
      settleWaiters();
    } catch (thrown) {
      fail(thrown);
    }
  };

  const startFlush = (): void => {
    // A group whose writes cancel out is closed as well where outputs wait for it.
    if (flushing || holds > 0 || (store.pendingWrites === 0 && unreleased.length === 0)) return;
    flushing = true;
    retiredInGroup = 0;
    store.flush().then(
      () => {
        flushing = false;
        commits += 1;
        events.committed?.(store.durable);
        try {
          release();
        } catch (thrown) {
          fail(thrown);
        }
        schedulePump();
      },
      (thrown: unknown) => {
        flushing = false;
        fail(thrown);
      },
    );
  };

  const isDurable = (): boolean => !flushing && store.pendingWrites === 0;

  const isIdle = (): boolean =>
    core.isIdle() &&
    core.waiting === 0 &&
    isDurable() &&
    unreleased.length === 0 &&
    foreground.size === 0;

  const settleWaiters = (): void => {
    if (durableWaiters.length > 0) {
      const { durable } = store;
      const reached = durableWaiters.filter(({ group }) => group <= durable);
      durableWaiters = durableWaiters.filter(({ group }) => group > durable);
      for (const { resolve } of reached) resolve();
      if (durableWaiters.length > 0) startFlush();
    }
    if (!isIdle()) return;
    const waiters = [...idleWaiters, ...stepWaiters];
    idleWaiters = [];
    stepWaiters = [];
    steps = 0;
    for (const { resolve } of waiters) resolve(undefined);
  };

  const flush = async (): Promise<void> => {
    insistOpen();
    const group = store.pendingWrites > 0 ? store.filling : store.filling - 1;
    if (group <= store.durable) return;
    await new Promise<void>((resolve, reject) => {
      durableWaiters.push({ group, resolve: () => resolve(), reject });
      startFlush();
    });
  };

  const input = <T>(act: (host: Host) => T): T => {
    insistOpen();
    const result = core.input(act);
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

  const run = (): Promise<void> =>
    runWhile(
      new Promise<void>((resolve, reject) => {
        idleWaiters.push({ resolve: () => resolve(), reject });
      }),
    );

  // What was handed out before a restart, and what was not settled, goes out again.
  for (const [number] of core.kernel.tables.outputs.list()) {
    unreleased.push({ group: store.durable, number });
  }
  crew.resume();

  return {
    core,
    input,
    run,
    runWhile,
    orFailure,
    flush,
    settleOutput: (number, answer) => {
      foreground.delete(number);
      background.delete(number);
      input((host) => host.settleOutput(number, answer));
    },
    start: () => {
      insistOpen();
      started = true;
      release();
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
    holdCommits: () => {
      holds += 1;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holds -= 1;
        schedulePump();
      };
    },
    stats: () => ({
      cranks,
      refused,
      commits,
      online: crew.online,
      mostVatsAtOnce,
      meanVatsAtOnce: cranks === 0 ? 0 : sumVatsAtOnce / cranks,
      openOutputs: foreground.size + background.size + unreleased.length,
    }),
    close: async () => {
      if (closed) return;
      started = false;
      if (failure === undefined && holds === 0) await flush().catch(() => undefined);
      closed = true;
      const gone = new CooperageError('CLOSED', 'the kernel was closed');
      abandon(gone);
      await options.workers.stop();
      await store.close({ discard: holds > 0 || failure !== undefined });
    },
  };
};
