import {
  CooperageError,
  type EngineName,
  messageOf,
  type VatWorker,
  type VatWorkerHost,
  type VatWorkerSink,
  type VatWorkerSpec,
} from '@cooperage/types';

/** What makes the place where vats of an engine run. Called when the first such vat starts. */
export type EngineHosts = Readonly<
  Record<EngineName, () => VatWorkerHost | Promise<VatWorkerHost>>
>;

/** A worker whose host is still being loaded: takes what it is told, and passes it on in order. */
export const makeLateWorker = (
  host: Promise<VatWorkerHost>,
  spec: VatWorkerSpec,
  sink: VatWorkerSink,
): VatWorker => {
  let told: ((worker: VatWorker) => void)[] = [];
  let worker: VatWorker | undefined;
  let stopped = false;
  host.then(
    (found) => {
      if (stopped) return;
      worker = found.start(spec, sink);
      for (const tell of told) tell(worker);
      told = [];
    },
    (error: unknown) => {
      if (!stopped) sink.exited({ kind: 'load-failed', message: messageOf(error) });
    },
  );
  const tell = (act: (worker: VatWorker) => void): void => {
    if (worker === undefined) told.push(act);
    else act(worker);
  };
  return {
    get thread() {
      return worker?.thread;
    },
    replay: (entries) => tell((each) => each.replay(entries)),
    deliver: (deliveries, computrons) => tell((each) => each.deliver(deliveries, computrons)),
    // An engine that is loaded late is one that can copy heaps: who asks another one hears that it could not.
    snapshot: () =>
      tell((each) => {
        if (each.snapshot === undefined) queueMicrotask(() => sink.image?.(undefined));
        else each.snapshot();
      }),
    stop: async () => {
      stopped = true;
      await worker?.stop();
    },
  };
};

/** One host for vats of all engines: each vat starts where its engine is. */
export const makeWorkerRouter = (engines: EngineHosts): VatWorkerHost => {
  const ready = new Map<EngineName, VatWorkerHost>();
  const loading = new Map<EngineName, Promise<VatWorkerHost>>();
  let stopping: Promise<void> | undefined;

  const find = (engine: EngineName): VatWorkerHost | Promise<VatWorkerHost> => {
    const found = ready.get(engine) ?? loading.get(engine);
    if (found !== undefined) return found;
    const made = engines[engine]();
    if (!(made instanceof Promise)) {
      ready.set(engine, made);
      return made;
    }
    const later = made.then(async (host) => {
      if (stopping !== undefined) {
        await host.stop();
        throw new CooperageError('CLOSED', 'the workers are stopped');
      }
      ready.set(engine, host);
      return host;
    });
    loading.set(engine, later);
    return later;
  };

  return {
    // Most vats of most kernels run on V8, whose threads take longest to come up.
    prepare: (vats) => {
      const host = find('v8');
      if (!(host instanceof Promise)) host.prepare?.(vats);
    },
    start: (spec, sink) => {
      const host = find(spec.engine ?? 'v8');
      return host instanceof Promise ? makeLateWorker(host, spec, sink) : host.start(spec, sink);
    },
    get running() {
      let sum = 0;
      for (const host of ready.values()) sum += host.running ?? 0;
      return sum;
    },
    get debuggedTime() {
      let most = 0;
      for (const host of ready.values()) most = Math.max(most, host.debuggedTime ?? 0);
      return most;
    },
    baseImage: (hash) => {
      for (const host of ready.values()) {
        const image = host.baseImage?.(hash);
        if (image !== undefined) return image;
      }
      return undefined;
    },
    stop: () =>
      (stopping ??= (async () => {
        await Promise.allSettled(loading.values());
        await Promise.all([...ready.values()].map((host) => host.stop()));
      })()),
  };
};
