/**
 * Vats in the caller's thread: for debugging and for tests. Everything of the contract holds but what
 * needs a thread to stop: a crank that never ends is not ended (`crankTimeLimit` has no effect), and a
 * vat that exhausts the memory ends the process.
 */
import { threadId } from 'node:worker_threads';
import type * as SupervisorModule from '@cooperage/supervisor';
import {
  callback,
  CooperageError,
  flag,
  insistOptions,
  type MakeLiveSlots,
  messageOf,
  type OptionTable,
  recordOf,
  type VatWorker,
  type VatWorkerHost,
  type VatWorkerSink,
  type VatWorkerSpec,
} from '@cooperage/types';
import { insistLockedDown } from './insist-locked-down.js';
import { setRunningCrank } from './rejection-trap.js';

export interface LocalWorkerOptions {
  /** By the names that vats ask for; `cooperage` is there unless it is given. */
  readonly liveslots?: Readonly<Record<string, MakeLiveSlots>>;
  /** Replayed deliveries print again what they printed. */
  readonly repeatConsole?: boolean;
}

/** The most cranks of a vat before the next vat runs. */
const STEPS_PER_SLICE = 8;
/** Milliseconds after which the next vat runs in any case. */
const TIME_SLICE = 5;

/** Loaded when the first vat starts: these modules need the lockdown to have happened. */
const loadModules = async () => {
  const [supervisor, engine] = await Promise.all([
    import('@cooperage/supervisor'),
    import('@cooperage/worker-kit/inside'),
  ]);
  const scheduler = supervisor.makeScheduler({
    stepsPerSlice: STEPS_PER_SLICE,
    timeSlice: TIME_SLICE,
    now: () => performance.now(),
    endSlice: async () => {
      // Node reports what the turn left unhandled when its microtasks and ticks are done.
      await engine.nextImmediate();
      setRunningCrank(undefined);
    },
  });
  const readBundle = supervisor.makeBundleReader(supervisor.compileScript(engine.compilePowers));
  return { supervisor, engine, scheduler, readBundle };
};
type Modules = Awaited<ReturnType<typeof loadModules>>;

const findLiveSlots = async (
  name: string,
  given: LocalWorkerOptions['liveslots'],
): Promise<MakeLiveSlots> => {
  const found = given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined;
  if (found !== undefined) return found;
  if (name === 'cooperage') return (await import('@cooperage/liveslots')).makeLiveSlots;
  throw new CooperageError('BAD_CONFIG', `no liveslots is named ${name}`);
};

/** A sink that falls silent when its vat is stopped or has ended. */
const makeReports = (sink: VatWorkerSink) => {
  let silent = false;
  const say =
    <A extends unknown[]>(tell: (...args: A) => void) =>
    (...args: A): void => {
      if (!silent) tell(...args);
    };
  return {
    record: say((text: string) => {
      sink.records([text]);
    }),
    replayed: say(sink.replayed.bind(sink)),
    diverged: say(sink.diverged.bind(sink)),
    console: say(sink.console.bind(sink)),
    exited: say((kind: 'crashed' | 'load-failed', message: string) => {
      silent = true;
      sink.exited({ kind, message });
    }),
    silence: (): void => {
      silent = true;
    },
  };
};

type Runner = SupervisorModule.VatRunner;

const makeRunner = async (
  { supervisor, engine, readBundle }: Modules,
  spec: VatWorkerSpec,
  reports: ReturnType<typeof makeReports>,
  options: LocalWorkerOptions,
): Promise<Runner> => {
  const makeLiveSlots = await findLiveSlots(spec.liveslots, options.liveslots);
  let newest = 0;
  const { console, renew } = supervisor.makeVatConsole((level, text) => {
    reports.console(level, text, newest);
  });
  const ambient = supervisor.makeAmbient();
  const vat = supervisor.makeSupervisor({
    vatID: spec.vatID,
    makeLiveSlots,
    vatstore: spec.vatstore,
    buildVatNamespace: supervisor.makeBuildVatNamespace({
      name: spec.name,
      loadBundle: spec.loadBundle,
      readBundle,
      console,
      ambient,
    }),
    ambient,
    gcTools: supervisor.makeGcTools(engine.enginePowers),
    console,
    emit: reports.record,
  });
  const unhandled = (reason: unknown): void => {
    console.error('Unhandled rejection:', reason);
  };
  return supervisor.makeVatRunner(async () => vat, {
    crankBegins: (n, isReplay) => {
      newest = n;
      renew(isReplay && options.repeatConsole !== true);
      setRunningCrank({ unhandled });
    },
    crankEnds: () => undefined,
    replayed: (n) => {
      reports.replayed(n as Parameters<VatWorkerSink['replayed']>[0]);
    },
    diverged: reports.diverged,
    failed: (message) => {
      reports.exited('crashed', message);
    },
  });
};

const OPTIONS: OptionTable = {
  liveslots: { value: recordOf(callback, 'an object of makers of liveslots by name') },
  repeatConsole: { value: flag },
};

/** @throws {CooperageError} `BAD_ARGUMENT`; `BAD_CONFIG` where the process is not locked down */
export const makeLocalWorkerHost = (options: LocalWorkerOptions = {}): VatWorkerHost => {
  insistOptions('makeLocalWorkerHost', options, OPTIONS);
  insistLockedDown();
  let modules: Promise<Modules> | undefined;
  const workers = new Set<VatWorker>();
  let stopped = false;

  const start = (spec: VatWorkerSpec, sink: VatWorkerSink): VatWorker => {
    const reports = makeReports(sink);
    /** Work goes through here, so that it keeps its order while the vat is being loaded. */
    const runner = (async () => {
      if (stopped) throw new CooperageError('CLOSED', 'the worker host is stopped');
      modules ??= loadModules();
      const loaded = await modules;
      return { runner: await makeRunner(loaded, spec, reports, options), loaded };
    })();
    runner.catch((thrown: unknown) => {
      workers.delete(worker);
      reports.exited('load-failed', messageOf(thrown));
    });
    const whenReady = (act: (runner: Runner) => void): void => {
      runner.then(
        (ready) => {
          act(ready.runner);
          ready.loaded.scheduler.wake(ready.runner);
        },
        () => undefined,
      );
    };
    const worker: VatWorker = {
      thread: threadId,
      replay: (entries) => {
        whenReady(({ replay }) => {
          replay(entries);
        });
      },
      deliver: (deliveries) => {
        whenReady(({ deliver }) => {
          deliver(deliveries);
        });
      },
      stop: async () => {
        reports.silence();
        workers.delete(worker);
        whenReady(({ stop }) => {
          stop();
        });
      },
    };
    workers.add(worker);
    return worker;
  };

  return {
    start,
    stop: async () => {
      stopped = true;
      await Promise.all([...workers].map(async (worker) => worker.stop()));
    },
  };
};
