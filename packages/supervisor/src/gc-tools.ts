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
      // What promise jobs still hold is let go of first; finalizers run as tasks after the collection.
      await task();
      collect();
      await task();
      await task();
    },
    meterControl: makeMeterControl(),
  };
};
