import { CooperageError } from '@cooperage/types';
import type { Gate } from './gate.js';
import type { VirtualTime } from './virtual-time.js';

/** Moves a world: one message of a worker at a time, and code of the scenario in between. */
export interface Driver {
  /** The scenario waits for this, so time may pass. */
  awaits(work: Promise<unknown>): void;
  /** Work outside is under way, so the world is not stuck. */
  outside<T>(work: Promise<T>): Promise<T>;
  quiescent(): Promise<void>;
  /** Advances the time as soon as no work is left. */
  passTimeTo(time: number): Promise<void>;
  /** Something has changed: look again. */
  wake(): void;
  /** Rejects when nothing can wake the scenario. */
  readonly stuck: Promise<never>;
  stop(): void;
}

export interface DriverPowers {
  readonly gate: () => Gate;
  readonly time: VirtualTime;
  /** Changes whenever the kernel has done something. */
  readonly activity: () => string;
  /** No kernel is open at the moment. */
  readonly isDown: () => boolean;
  /** Called between two cranks when the world is quiet. May kill the kernel and open it again. */
  readonly between: (step: number) => Promise<void>;
  /** The message for a stuck world. */
  readonly describeStuck: () => string;
}

/** A turn of the event loop. */
export const nextImmediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Looks at an idle world before it counts as stuck. */
const PATIENCE = 50;

interface Waiter {
  readonly resolve: () => void;
}

export const makeDriver = (powers: DriverPowers): Driver => {
  const { gate, time, activity, isDown, between, describeStuck } = powers;
  let stopped = false;
  let awaited = 0;
  let outsideWork = 0;
  let resting: Waiter[] = [];
  let sleeping: (Waiter & { readonly time: number })[] = [];
  let wakeUp: () => void = () => undefined;
  let isAwake = false;
  let step = 0;
  let giveUp: (reason: Error) => void = () => undefined;
  const stuck = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  stuck.catch(() => undefined);

  const wake = (): void => {
    isAwake = true;
    wakeUp();
  };

  /** Waits until the kernel and the scenario can do nothing more without a worker. */
  const quiet = async (): Promise<void> => {
    for (let calm = 0; calm < 2;) {
      const before = activity();
      await nextImmediate();
      calm = activity() === before ? calm + 1 : 0;
    }
  };

  /** @returns whether there is something to do again */
  const atRest = (): boolean => {
    if (resting.length > 0) {
      const rested = resting;
      resting = [];
      for (const { resolve } of rested) resolve();
      return true;
    }
    const until = Math.min(...sleeping.map((each) => each.time));
    const { next } = time;
    if (sleeping.length > 0 && (next === undefined || until < next)) {
      time.advanceTo(until);
      const rested = sleeping.filter((each) => each.time <= until);
      sleeping = sleeping.filter((each) => each.time > until);
      for (const { resolve } of rested) resolve();
      return true;
    }
    if (next === undefined || (awaited === 0 && sleeping.length === 0)) return false;
    time.advanceTo(next);
    return true;
  };

  const sleep = async (looks: number): Promise<void> => {
    if (isAwake) return;
    if (looks < PATIENCE && !isDown()) return nextImmediate();
    if (outsideWork === 0 && !isDown())
      giveUp(new CooperageError('SCENARIO_STUCK', describeStuck()));
    await new Promise<void>((resolve) => {
      wakeUp = resolve;
    });
  };

  const drive = async (): Promise<void> => {
    let looks = 0;
    while (!stopped) {
      await quiet();
      if (stopped) return;
      isAwake = false;
      if (!isDown()) {
        await between(step);
        if (await gate().pass()) {
          step += 1;
          looks = 0;
          continue;
        }
        // The pass may have waited for a worker that was stopped.
        await quiet();
        if (isAwake || atRest()) {
          looks = 0;
          continue;
        }
      }
      await sleep(looks);
      looks = isAwake || isDown() ? 0 : looks + 1;
    }
  };
  drive().catch((error: unknown) => giveUp(error as Error));

  return {
    stuck,
    wake,
    awaits: (work) => {
      awaited += 1;
      wake();
      const over = (): void => {
        awaited -= 1;
        wake();
      };
      work.then(over, over);
    },
    outside: async (work) => {
      outsideWork += 1;
      try {
        return await work;
      } finally {
        outsideWork -= 1;
        wake();
      }
    },
    quiescent: () =>
      new Promise((resolve) => {
        resting.push({ resolve });
        wake();
      }),
    passTimeTo: (until) =>
      new Promise((resolve) => {
        sleeping.push({ resolve, time: until });
        wake();
      }),
    stop: () => {
      stopped = true;
      wake();
    },
  };
};
