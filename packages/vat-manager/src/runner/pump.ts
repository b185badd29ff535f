/** The loop: retires records for a while, performs their effects, commits, and yields to other work of the thread. */
import type { Core, Host, Retired } from '@cooperage/kernel';
import type { WorkerManager } from '../workers/worker-manager-contract.js';
import type { Commits } from './commits.js';
import type { Inputs } from './inputs.js';
import type { Lifetime } from './lifetime.js';
import type { OutputQueue } from './output-queue.js';
import type { Runs } from '../runs/runs.js';
import type { Steps } from '../runs/steps.js';

/** Records retired before their deliveries are posted: enough for a batch, few enough for the workers. */
const BATCH = 32;
/** Milliseconds of retiring before whatever else the thread has to do. */
const TIME_SLICE = 5;

export interface PumpPowers {
  readonly core: Core;
  readonly lifetime: Lifetime;
  readonly manager: WorkerManager;
  readonly commits: Commits;
  readonly outputs: OutputQueue;
  readonly inputs: Pick<Inputs, 'isFree' | 'makeWaiting'>;
  readonly runs: Runs;
  readonly steps: Steps;
  /** Whether records are to be retired. */
  readonly wants: () => boolean;
  /** Whether single steps are all that is asked for. */
  readonly takesOne: () => boolean;
  readonly onRetired: (retired: Retired) => void;
  readonly perform: () => void;
  readonly input: (act: (host: Host) => void) => void;
}

/** @returns has the loop go round soon, however often it is called until then */
export const makePump = ({
  core,
  lifetime,
  manager,
  commits,
  outputs,
  inputs,
  runs,
  steps,
  wants,
  takesOne,
  onRetired,
  perform,
  input,
}: PumpPowers): (() => void) => {
  /** @returns whether there may be more */
  const retireSome = (until: number): boolean => {
    const most = takesOne() ? 1 : BATCH;
    for (let i = 0; i < most;) {
      // A run may have reached its bound. What was begun is done first.
      if (!wants() && !core.isRetiring) return false;
      if (performance.now() >= until) return true;
      const retired = core.retireStep();
      if (retired === undefined) return false;
      if (retired === 'unfinished') continue;
      i += 1;
      onRetired(retired);
      steps.onRetired(retired);
    }
    return true;
  };

  let isScheduled = false;
  let goesOn = false;
  /** Milliseconds in the loop since others last had their turn: many records come in one turn of the event loop, one by one. */
  let spent = 0;
  const schedule = (): void => {
    // However many records come in at once: what the thread has to do besides comes first.
    if (isScheduled || goesOn || lifetime.isClosed) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      if (spent >= TIME_SLICE) goOnSoon();
      else pump();
    });
  };

  /** Where there is much to retire, others get their turn on the thread in between. */
  const goOnSoon = (): void => {
    if (goesOn) return;
    goesOn = true;
    setImmediate(() => {
      goesOn = false;
      spent = 0;
      pump();
    });
  };

  /** What was open when the kernel started is handed over at once: its receivers may come back at any moment. */
  let hasReleased = false;

  const pump = (): void => {
    if (lifetime.failure !== undefined || lifetime.isClosed) return;
    const began = performance.now();
    const until = began + TIME_SLICE;
    const isOver = (): boolean => performance.now() >= until;
    // A vat may have called the host tens of thousands of times in one crank: others go on in between.
    const isHalfOver = (): boolean => performance.now() >= began + TIME_SLICE / 2;
    try {
      if (wants()) {
        if (outputs.release(hasReleased ? isHalfOver : () => false)) goOnSoon();
        hasReleased = true;
      }
      // A full group waits for the disk: else its outputs would wait too long.
      while ((wants() || core.isRetiring) && !commits.isFull) {
        const more = retireSome(until);
        perform();
        manager.post();
        steps.performed();
        if (!more) break;
        if (!isOver()) continue;
        goOnSoon();
        break;
      }
      perform();
      manager.post();
      inputs.makeWaiting(isOver);
      commit();
      commits.settleWaiters();
      if (core.isRetiring || !inputs.isFree) {
        goOnSoon();
        return;
      }
      if (isIdle() && !reapAtRest()) {
        runs.idle();
        steps.idle();
      }
      runs.settle();
      sweepAtRest();
    } catch (thrown) {
      lifetime.fail(thrown);
    } finally {
      spent += performance.now() - began;
    }
  };

  /** Nothing is left to do but to wait for the disk and for the host. */
  const isAtRest = (): boolean => core.waiting === 0 && core.isIdle() && !core.hasLeftRows;

  /** @returns whether there is something to do again */
  const reapAtRest = (): boolean => {
    if (!wants() || core.kernel.tables.reapCounters.waitingForRest().length === 0) return false;
    input((host) => host.bringOutDeadAtRest());
    return true;
  };

  let isSweeping = false;
  /** With nothing else to do, a crank deletes rows that are left; whatever comes in goes first. */
  const sweepAtRest = (): void => {
    if (isSweeping || !wants() || !core.hasLeftRows || core.waiting > 0 || !core.isIdle()) return;
    isSweeping = true;
    setImmediate(() => {
      isSweeping = false;
      if (lifetime.failure === undefined && !lifetime.isClosed && inputs.isFree)
        input(() => undefined);
    });
  };

  const isIdle = (): boolean => commits.isDurable && outputs.isIdle && isAtRest();

  const commit = (): void => {
    if (!wants()) return;
    if (outputs.waiting || isAtRest()) commits.start();
    else commits.startSoon();
  };

  return schedule;
};
