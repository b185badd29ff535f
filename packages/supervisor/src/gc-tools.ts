/** The powers over the engine's heap that liveslots wants, out of what the engine's host offers. */
import type { GcTools } from '@cooperage/types';
import { makeMeterControl } from './meter-control.js';

export interface EnginePowers {
  /**
   * Calls back when the microtask queue is empty, provided that it is called from within a microtask:
   * Node's `process.nextTick` does. It runs its callbacks either before the microtasks are started on or
   * when none is left, never between two of them. Nothing but turns of vats touches a vat, so when that
   * comes, the vat that was running has lost agency.
   */
  readonly afterMicrotasks: (callback: () => void) => void;
  /** Calls back in another turn of the event loop: Node's `setImmediate`. */
  readonly nextTask: (callback: () => void) => void;
  /** A full collection; does nothing where that is too expensive. */
  readonly collect: () => void;
}

/** Tasks that finalizers are waited for, where collection may be switched off. */
const MOST_TASKS = 50;

/** Makes an object that nothing holds. @returns whether the engine has said that it is gone */
const watchDeath = (): (() => boolean) => {
  let told = false;
  const registry = new FinalizationRegistry<undefined>(() => {
    told = true;
  });
  registry.register({}, undefined);
  return () => {
    // Held until the last time that one asks.
    void registry;
    return told;
  };
};

export const makeGcTools = ({ afterMicrotasks, nextTask, collect }: EnginePowers): GcTools => {
  const task = (): Promise<void> =>
    new Promise((resolve) => {
      nextTask(resolve);
    });
  return {
    WeakRef,
    FinalizationRegistry,
    waitUntilQuiescent: async () => {
      // Now this is a microtask.
      await Promise.resolve();
      await new Promise<void>((resolve) => {
        afterMicrotasks(resolve);
      });
    },
    gcAndFinalize: async () => {
      // First run the promise jobs, which may still hold objects.
      await task();
      // If the engine had begun to mark by itself, the first collection ends that: what died since then stays.
      collect();
      await task();
      const isTold = watchDeath();
      collect();
      // Finalizers run as tasks, when the engine finds the time: an object of one's own tells.
      for (let i = 0; i < MOST_TASKS && !isTold(); i += 1) await task();
      await task();
    },
    meterControl: makeMeterControl(),
  };
};
