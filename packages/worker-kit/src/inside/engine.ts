/** What Node provides for the supervisor: collection, quiescence, compilation. */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext, runInThisContext } from 'node:vm';
import type { CompilePowers, EnginePowers } from '@cooperage/supervisor';

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

let gc: (() => void) | undefined;

/** A full collection of this thread's heap. */
export const collect = (): void => {
  gc ??= exposeGc();
  gc();
};

/** Node's promise to run ticks between microtask queues, its tasks, and its collector. */
export const enginePowers: EnginePowers = {
  afterMicrotasks: (callback) => {
    process.nextTick(callback);
  },
  nextTask: setImmediate,
  collect,
};

export const compilePowers: CompilePowers = {
  evaluate: (text, filename) => runInThisContext(text, { filename }) as unknown,
  hashOf: (source) => createHash('sha256').update(source).digest('hex'),
};
