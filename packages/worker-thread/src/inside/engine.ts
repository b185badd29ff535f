/** What Node provides for the supervisor: collection, quiescence, formatting. */
import { formatWithOptions } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeMeterControl } from '@cooperage/supervisor';
import type { GcTools } from '@cooperage/types';

/** Formats as `console.log` does, but never calls a guest's own inspection functions: they are handed Node's. */
export const format = (args: readonly unknown[]): string =>
  formatWithOptions({ customInspect: false, colors: false }, ...args);

/** V8's collector. The flag has effect on contexts that are made after it, so a context is made for it. */
const exposeGc = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};

/** A turn of the event loop: messages come in, unhandled rejections are reported. */
export const nextImmediate = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/**
 * Resolves when the microtask queue is empty, at a fraction of an immediate's cost. Node runs what
 * `process.nextTick` was given either before it starts on the microtasks or when none is left, never
 * between two of them; and this function asks from within a microtask, which excludes the former. In
 * this thread nothing but vats makes microtasks while a crank runs, and vats cannot reach nextTick.
 */
export const drained = async (): Promise<void> => {
  await undefined;
  await new Promise<void>((resolve) => {
    process.nextTick(resolve);
  });
};

let gc: (() => void) | undefined;

/** A full collection of this thread's heap. */
export const collect = (): void => {
  gc ??= exposeGc();
  gc();
};

export const makeGcTools = (): GcTools => ({
  WeakRef,
  FinalizationRegistry,
  waitUntilQuiescent: drained,
  gcAndFinalize: async () => {
    // What promise jobs still hold is let go of first; finalizers run as tasks after the collection.
    await nextImmediate();
    collect();
    await nextImmediate();
    await nextImmediate();
  },
  meterControl: makeMeterControl(),
});
