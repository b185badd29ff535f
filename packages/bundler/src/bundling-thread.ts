/**
 * The thread that bundles. Its tools take a while to load, want much memory, and are not made for a process that is
 * locked down: so none of it touches the caller's thread. It is started when there is something to bundle and ends when
 * there has been nothing for a while.
 */
import { Worker } from 'node:worker_threads';
import { CooperageError } from '@cooperage/types';
import type { MadeBundle } from './format.js';
import type { BundleAnswer, BundleRequest } from './protocol.js';

/** The next vat's bundle is often asked for when the last one is there. */
const LINGER = 1_000;

interface Waiter {
  readonly resolve: (made: MadeBundle) => void;
  readonly reject: (reason: CooperageError) => void;
}

/** Beside this module, or in the build where this is the source. */
const entryPoint = (): URL => {
  const own = import.meta.url;
  return own.endsWith('.ts')
    ? new URL('../dist/inside/main.js', own)
    : new URL('./inside/main.js', own);
};

export const makeBundlingThread = () => {
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let newest = 0;
  const waiting = new Map<number, Waiter>();

  const end = (reason: string): void => {
    worker = undefined;
    for (const { reject } of waiting.values()) {
      reject(new CooperageError('BAD_BUNDLE', `the thread that bundles ended: ${reason}`));
    }
    waiting.clear();
  };

  const answered = (answer: BundleAnswer): void => {
    const waiter = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ('text' in answer) waiter?.resolve(answer);
    else waiter?.reject(new CooperageError(answer.code, answer.message));
    if (waiting.size > 0) return;
    worker?.unref();
    timer = setTimeout(() => {
      void worker?.terminate();
      worker = undefined;
    }, LINGER).unref();
  };

  const provideWorker = (): Worker => {
    if (worker !== undefined) return worker;
    const started = new Worker(entryPoint(), {
      name: 'cooperage-bundler',
      stdout: true,
      stderr: true,
    });
    started.on('message', answered);
    started.on('error', (error) => {
      if (worker === started) end(error.message);
    });
    started.on('exit', (code) => {
      if (worker === started) end(`exit code ${code}`);
    });
    worker = started;
    return started;
  };

  return {
    bundle: (entry: string): Promise<MadeBundle> =>
      new Promise((resolve, reject) => {
        clearTimeout(timer);
        const thread = provideWorker();
        thread.ref();
        newest += 1;
        waiting.set(newest, { resolve, reject });
        const request: BundleRequest = { number: newest, entry };
        thread.postMessage(request);
      }),
  };
};
