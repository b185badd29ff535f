/**
 * The threads that bundle. Their tools take a while to load, want much memory, and are not made for a process that is
 * locked down: so none of it touches the caller's thread. One is started when there is something to bundle, another when
 * there is more than it will soon be done with, and each ends when it has had nothing to do for a while.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CooperageError } from '@cooperage/types';
import type { MadeBundle } from './format.js';
import type { BundleAnswer, BundleRequest } from './protocol.js';

/** The next vat's bundle is often asked for when the last one is there. */
const LINGER = 1_000;
/** Bundles that a thread is to have before another is started, which takes as long as bundling one or two. */
const QUEUE = 3;
/** Each of them takes some 200 MB. The bundler has threads of its own besides. */
const MOST_THREADS = 4;

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

interface BundlingThread {
  /** Bundles that it has yet to make. */
  readonly waiting: number;
  bundle(entry: string): Promise<MadeBundle>;
}

/** @param onEnd it takes nothing more */
const startThread = (onEnd: (thread: BundlingThread) => void): BundlingThread => {
  const waiting = new Map<number, Waiter>();
  let timer: NodeJS.Timeout | undefined;
  let newest = 0;
  const worker = new Worker(entryPoint(), {
    name: 'cooperage-bundler',
    stdout: true,
    stderr: true,
  });

  const end = (reason: string): void => {
    clearTimeout(timer);
    onEnd(thread);
    for (const { reject } of waiting.values()) {
      reject(new CooperageError('BAD_BUNDLE', `a thread that bundles ended: ${reason}`));
    }
    waiting.clear();
  };
  const answered = (answer: BundleAnswer): void => {
    const waiter = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ('text' in answer) waiter?.resolve(answer);
    else waiter?.reject(new CooperageError(answer.code, answer.message));
    if (waiting.size > 0) return;
    worker.unref();
    timer = setTimeout(() => {
      onEnd(thread);
      void worker.terminate();
    }, LINGER).unref();
  };
  const thread: BundlingThread = {
    get waiting() {
      return waiting.size;
    },
    bundle: (entry) =>
      new Promise((resolve, reject) => {
        clearTimeout(timer);
        worker.ref();
        newest += 1;
        waiting.set(newest, { resolve, reject });
        const request: BundleRequest = { number: newest, entry };
        worker.postMessage(request);
      }),
  };

  worker.on('message', answered);
  worker.on('error', (error) => {
    end(error.message);
  });
  worker.on('exit', (code) => {
    end(`exit code ${code}`);
  });
  return thread;
};

export const makeBundlingThreads = (most = Math.min(availableParallelism(), MOST_THREADS)) => {
  const threads = new Set<BundlingThread>();

  const provideThread = (): BundlingThread => {
    const [idlest] = [...threads].sort((a, b) => a.waiting - b.waiting);
    const isEnough = threads.size >= most || (idlest !== undefined && idlest.waiting < QUEUE);
    if (idlest !== undefined && isEnough) return idlest;
    const started = startThread((ended) => threads.delete(ended));
    threads.add(started);
    return started;
  };

  return { bundle: (entry: string): Promise<MadeBundle> => provideThread().bundle(entry) };
};
