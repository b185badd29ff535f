/** Vats in QuickJS machines, spread over a pool of threads. */
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
  type WorkerExit,
} from '@cooperage/types';
import { chooseThread, type HostedVat, makeHostedVat, mayBePaused } from '@cooperage/worker-kit';
import { builtBaseImage } from '../built-files.js';
import type { Build } from '../engine/engine.js';
import { quickJSEngineID } from '../engine/quickjs.js';
import { BadImage, hashOfImage } from '../heap-image.js';
import { MEMORY, QUICKJS_OPTIONS } from '../options.js';
import type { StartMessage } from '../protocol.js';
import { makeImageCache } from './image-cache.js';
import { keepModule } from './kept-modules.js';
import { originChain } from './origin-chain.js';
import { makePoolThread, type PoolThread } from './pool-thread.js';
import { LOOK, makeWatchdog } from './watchdog.js';

export interface QuickJSWorkerOptions {
  /** Threads that vats share; those with a thread of their own come on top. The processor's cores by default. */
  readonly threads?: number;
  /** Megabytes that one vat's heap may grow to, where its spec says nothing. */
  readonly memoryLimitMB?: number;
  /**
   * Vats of each thread whose heaps stand ready to run (16): about 2.6 MB each. Of the others only that is in
   * memory by which they differ from what they started from; such a vat takes some 2 ms more for its next delivery.
   */
  readonly machineSlots?: number;
  /**
   * What vats without a `computronLimit` run on. `guarded` (the default): built-in functions ask now and then
   * whether they may go on, so that a vat that takes too long ends alone. `plain`: they do not, which is a few percent
   * faster; a vat that takes too long in one ends with its thread, and the thread's other vats have to be brought up
   * again. Vats with a thread of their own are always `plain`.
   */
  readonly unmetered?: 'guarded' | 'plain';
  /**
   * Files of scripts (no modules) that leave `makeLiveSlots` on the global object, by the names that vats ask for.
   * `cooperage` is there unless it is given.
   */
  readonly liveslots?: Readonly<Record<string, string>>;
  /** What threads print that is not a vat's: warnings of Node, last words. */
  readonly log?: (text: string) => void;
}

const MEGABYTE = 2 ** 20;
const MACHINE_SLOTS = 16;

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const makeQuickJSWorkerHost = (options: QuickJSWorkerOptions = {}): VatWorkerHost => {
  insistOptions('makeQuickJSWorkerHost', options, QUICKJS_OPTIONS);
  const {
    threads: size = availableParallelism(),
    memoryLimitMB = DEFAULTS.heapLimit,
    machineSlots = MACHINE_SLOTS,
    unmetered = 'guarded',
    liveslots = {},
    log = () => undefined,
  } = options;

  const shared = new Set<PoolThread>();
  const own = new Set<PoolThread>();
  /** Threads that have run a crank. */
  const running = new WeakSet<PoolThread>();
  /** Images that others are based on, by hash. */
  const bases = new Map<string, Uint8Array>();
  const cache = makeImageCache();
  let vatsStarted = 0;
  let stopped = false;

  const all = (): PoolThread[] => [...shared, ...own];
  const watchdog = makeWatchdog({
    threads: all,
    now: () => performance.now(),
    mayBePaused,
  });
  let timer: NodeJS.Timeout | undefined;
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
    keepModule(unmetered);
    const thread = makePoolThread({
      liveslots,
      machineSlots,
      unmetered,
      log,
      onBase: (hash, bytes) => {
        // One for each liveslots, and the built one.
        if (bases.size <= Object.keys(liveslots).length + 1) bases.set(hash, bytes);
      },
      onFirstRecord: () => {
        running.add(thread);
        keepSpare();
      },
      onGone: () => {
        pool.delete(thread);
      },
    });
    pool.add(thread);
    return thread;
  };
  /**
   * Where all threads run vats, the next one is started before it is needed: to start one takes as long as a
   * hundred forks.
   */
  const keepSpare = (): void => {
    if (stopped || shared.size === 0 || shared.size >= size) return;
    if ([...shared].every((thread) => running.has(thread) && thread.vats.size > 0)) {
      makeThread(shared);
    }
  };
  const addTo = (thread: PoolThread, vat: HostedVat, message: StartMessage): void => {
    thread.add(vat, message);
    keepSpare();
  };
  const threadFor = ({ ownThread }: VatWorkerSpec): PoolThread =>
    ownThread ? makeThread(own) : (chooseThread([...shared], size) ?? makeThread(shared));

  /** The built image is in the package, so it is known before any thread says so. */
  let builtHash: string | undefined;
  const baseImage = (hash: string): Uint8Array | undefined => {
    const known = bases.get(hash);
    if (known !== undefined) return known;
    builtHash ??= hashOfImage(builtBaseImage());
    return hash === builtHash ? builtBaseImage() : undefined;
  };

  const buildFor = ({ computronLimit, ownThread }: VatWorkerSpec): Build => {
    if (computronLimit !== undefined) return 'metered';
    return ownThread ? 'plain' : unmetered;
  };

  const startMessage = (spec: VatWorkerSpec): StartMessage => {
    if (spec.liveslots !== 'cooperage' && liveslots[spec.liveslots] === undefined) {
      throw new CooperageError(
        'BAD_CONFIG',
        `this engine has no liveslots named ${spec.liveslots}`,
      );
    }
    const { origin, computronLimit, memoryLimit = memoryLimitMB * MEGABYTE } = spec;
    const build = buildFor(spec);
    keepModule(build);
    return {
      vatID: spec.vatID,
      name: spec.name,
      liveslots: spec.liveslots,
      bundleID: spec.bundleID,
      build,
      crankTimeLimit: spec.crankTimeLimit,
      memoryLimit: Math.min(memoryLimit, MEMORY.most * MEGABYTE),
      ...(computronLimit === undefined ? {} : { computronLimit }),
      ...(origin === undefined
        ? {}
        : {
            images: originChain(
              origin,
              quickJSEngineID(),
              cache,
              (hash) =>
                spec.liveslots === 'cooperage' &&
                hash === (builtHash ??= hashOfImage(builtBaseImage())),
            ),
          }),
    };
  };

  const start = (spec: VatWorkerSpec, sink: VatWorkerSink): VatWorker => {
    const vat = makeHostedVat((vatsStarted += 1), spec, sink);
    let thread: PoolThread | undefined;
    try {
      if (stopped) throw new CooperageError('CLOSED', 'the worker host is stopped');
      const message = startMessage(spec);
      thread = threadFor(spec);
      addTo(thread, vat, message);
    } catch (thrown) {
      const isBad = thrown instanceof BadImage || spec.origin !== undefined;
      const kind: WorkerExit['kind'] = isBad ? 'bad-image' : 'load-failed';
      setImmediate(() => {
        vat.exit({ kind, message: messageOf(thrown) });
      });
      return { replay: () => undefined, deliver: () => undefined, stop: async () => vat.silence() };
    }
    const home = thread;
    return {
      thread: home.id,
      replay: (entries) => {
        home.replay(vat, entries);
        watch();
      },
      deliver: (deliveries, computrons) => {
        home.deliver(vat, deliveries, computrons);
        watch();
      },
      snapshot: () => {
        home.snapshot(vat);
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
    baseImage,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await Promise.all(all().map(async (thread) => thread.terminate()));
    },
  };
};
