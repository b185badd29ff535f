/** Vats in a pool of threads: many to a thread, or one that has its thread to itself. */
import { availableParallelism } from 'node:os';
import {
  CooperageError,
  DEFAULTS,
  insistOptions,
  messageOf,
  type VatWorker,
  type VatWorkerHost,
  type VatWorkerSink,
  type VatWorkerSpec,
} from '@cooperage/types';
import { chooseThread, makeHostedVat, mayBePaused } from '@cooperage/worker-kit';
import { THREAD_OPTIONS } from './options.js';
import { pageFaultsOf } from './watch/thread-stat.js';
import { makePoolThread, type PoolThread } from './pool-thread.js';
import { makeWatchdog } from './watch/watchdog.js';

export interface ThreadWorkerOptions {
  /** Threads that vats share; those with a thread of their own come on top. The processor's cores by default. */
  readonly threads?: number;
  /** Megabytes of heap for each thread. */
  readonly heapLimitMB?: number;
  /** Megabytes outside the heap (array buffers) for each thread; as much as heap by default. */
  readonly externalLimitMB?: number;
  /**
   * Modules that export `makeLiveSlots`, as URLs, absolute paths or package names, by the names that
   * vats ask for. `cooperage` is there unless it is given.
   */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** What threads print that is not a vat's: warnings of the engine, last words. */
  readonly log?: (text: string) => void;
}

/** Milliseconds between the watchdog's looks while something runs. */
const LOOK = 20;

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeThreadWorkerHost = (options: ThreadWorkerOptions = {}): VatWorkerHost => {
  insistOptions('makeThreadWorkerHost', options, THREAD_OPTIONS);
  const {
    threads: size = availableParallelism(),
    heapLimitMB: heapLimit = DEFAULTS.heapLimit,
    externalLimitMB: externalLimit = heapLimit,
    log = () => undefined,
  } = options;
  const liveslots = new Map(Object.entries(options.liveslots ?? {}));

  const shared = new Set<PoolThread>();
  const own = new Set<PoolThread>();
  let vatsStarted = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const all = (): PoolThread[] => [...shared, ...own];
  const watchdog = makeWatchdog({
    threads: all,
    now: () => performance.now(),
    residentBytes: () => process.memoryUsage.rss(),
    hostPageFaults: () => pageFaultsOf(process.pid),
    mayBePaused,
    growthLimit: heapLimit + externalLimit,
  });
  const watch = (): void => {
    if (timer !== undefined) return;
    timer = setInterval(() => {
      watchdog.look();
      if (all().some((thread) => thread.busy)) return;
      clearInterval(timer);
      timer = undefined;
    }, LOOK);
    // The threads themselves keep the process alive while something is to come.
    timer.unref();
  };

  const makeThread = (pool: Set<PoolThread>): PoolThread => {
    const thread = makePoolThread({
      heapLimit,
      externalLimit,
      log,
      specifierOf: (name) => liveslots.get(name) ?? (name === 'cooperage' ? null : undefined),
      onGone: () => {
        pool.delete(thread);
      },
    });
    pool.add(thread);
    return thread;
  };
  const threadFor = ({ ownThread }: VatWorkerSpec): PoolThread =>
    ownThread ? makeThread(own) : (chooseThread([...shared], size) ?? makeThread(shared));

  const start = (spec: VatWorkerSpec, sink: VatWorkerSink): VatWorker => {
    const vat = makeHostedVat((vatsStarted += 1), spec, sink);
    let thread: PoolThread | undefined;
    try {
      if (stopped) throw new CooperageError('CLOSED', 'the worker host is stopped');
      thread = threadFor(spec);
      thread.add(vat);
    } catch (thrown) {
      setImmediate(() => {
        vat.exit({ kind: 'load-failed', message: messageOf(thrown) });
      });
      return { replay: () => undefined, deliver: () => undefined, stop: async () => vat.silence() };
    }
    const home = thread;
    return {
      thread: home.id,
      replay: (entries) => {
        home.send(vat, 'replay', entries);
        watch();
      },
      deliver: (deliveries) => {
        home.send(vat, 'deliver', deliveries);
        watch();
      },
      stop: async () => {
        if (!spec.ownThread) {
          watch();
          await home.remove(vat);
          return;
        }
        vat.silence();
        await home.terminate();
      },
    };
  };

  return {
    prepare: (vats) => {
      if (stopped) return;
      while (shared.size < Math.min(vats, size)) makeThread(shared);
    },
    start,
    get running() {
      return all().filter(({ sign }) => sign.running !== undefined).length;
    },
    get debuggedTime() {
      return watchdog.debuggedTime;
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await Promise.all(all().map(async (thread) => thread.terminate()));
    },
  };
};
