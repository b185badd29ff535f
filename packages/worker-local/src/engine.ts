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

/** Immediates run when the microtask queue is empty: whatever runs in this thread has lost agency. */
export const nextImmediate = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

export const makeGcTools = (): GcTools => {
  const gc = exposeGc();
  return {
    WeakRef,
    FinalizationRegistry,
    waitUntilQuiescent: nextImmediate,
    gcAndFinalize: async () => {
      // What promise jobs still hold is let go of first; finalizers run as tasks after the collection.
      await nextImmediate();
      gc();
      await nextImmediate();
      await nextImmediate();
    },
    meterControl: makeMeterControl(),
  };
};
