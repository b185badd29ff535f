/** Drives one vat, with limits, images and origins; the store is what the vat wrote. */
import { createHash } from 'node:crypto';
import {
  type BundleID,
  type CompletionRecord,
  type HeapImage,
  type HeapOrigin,
  parseCompletionRecord,
  type VatID,
  type VatWorkerHost,
  type VatWorkerSpec,
  type WorkerExit,
} from '@cooperage/types';

/** A bundle whose root is what `root` evaluates to. */
export const bundleOf = (root: string, before = ''): string =>
  JSON.stringify({
    moduleFormat: 'getExport',
    source: `function getExport() {
      return { buildRootObject: () => { ${before}; return Far('root', ${root}); } };
    }`,
  });

export interface TestVat {
  call(method: string, ...args: unknown[]): Promise<CompletionRecord>;
  /** What the result of a call was resolved to. */
  value(method: string, ...args: unknown[]): Promise<unknown>;
  deliver(delivery: readonly unknown[]): Promise<CompletionRecord>;
  post(method: string, ...args: unknown[]): number;
  record(n: number): Promise<CompletionRecord>;
  snapshot(): Promise<HeapImage | undefined>;
  stop(): Promise<void>;
  readonly exit: Promise<WorkerExit>;
  readonly texts: readonly string[];
  readonly sent: readonly string[];
  readonly printed: readonly string[];
  replay(entries: readonly string[]): Promise<number>;
}

export interface TestVatOptions extends Partial<VatWorkerSpec> {
  readonly bundle?: string;
  readonly rows?: Map<string, string>;
  /** False: what comes first is a replay. */
  readonly starts?: boolean;
  /** Deliveries whose records are not retired when the next one is handed out; 0 unless given. */
  readonly lag?: number;
}

export const hashOf = (bytes: Uint8Array): string =>
  createHash('sha512').update(bytes).digest('hex');

/** A store of images, which knows the host's bases too. */
export const makeImages = (host: VatWorkerHost) => {
  const images = new Map<string, Uint8Array>();
  return {
    images,
    originOf: ({ n, bytes }: HeapImage): HeapOrigin => {
      const hash = hashOf(bytes);
      images.set(hash, bytes);
      return {
        n,
        hash,
        load: (wanted) => {
          const found = images.get(wanted) ?? host.baseImage?.(wanted);
          if (found === undefined) throw Error(`there is no image ${wanted}`);
          return found;
        },
      };
    },
  };
};

export const openVat = (host: VatWorkerHost, options: TestVatOptions = {}): TestVat => {
  const { bundle = bundleOf('{}'), rows = new Map<string, string>(), lag = 0, ...spec } = options;
  const texts: string[] = [];
  const sent: string[] = [];
  const printed: string[] = [];
  const waiting = new Map<number, (record: CompletionRecord | WorkerExit) => void>();
  const records = new Map<number, CompletionRecord>();
  let newest: number = options.origin?.n ?? 0;
  let exited: (exit: WorkerExit) => void = () => undefined;
  let gone: WorkerExit | undefined;
  let imaged: (image: HeapImage | undefined) => void = () => undefined;
  let replayed: (n: number) => void = () => undefined;
  const exit = new Promise<WorkerExit>((resolve) => {
    exited = resolve;
  });

  const worker = host.start(
    {
      vatID: 'v1' as VatID,
      name: 'tested',
      bundleID: `b1-${hashOf(Buffer.from(bundle))}` as BundleID,
      loadBundle: () => bundle,
      vatstore: {
        get: (key) => rows.get(key),
        getNextKey: (prior) => [...rows.keys()].sort().find((key) => key > prior),
      },
      ownThread: false,
      crankTimeLimit: 120_000,
      liveslots: 'cooperage',
      ...spec,
    },
    {
      records: (batch) => {
        for (const text of batch) {
          texts.push(text);
          const record = parseCompletionRecord(text);
          for (const [syscall] of record.syscalls) {
            if (syscall[0] === 'vatstoreSet') rows.set(syscall[1], syscall[2]);
            if (syscall[0] === 'vatstoreDelete') rows.delete(syscall[1]);
          }
          records.set(record.n, record);
          waiting.get(record.n)?.(record);
        }
      },
      replayed: (n) => replayed(n),
      diverged: (divergence) => {
        throw Error(`diverged: ${JSON.stringify(divergence)}`);
      },
      exited: (reason) => {
        gone = reason;
        exited(reason);
        for (const tell of waiting.values()) tell(reason);
      },
      console: (_level, text) => {
        printed.push(text);
      },
      image: (image) => imaged(image),
    },
  );

  const send = (delivery: readonly unknown[]): number => {
    newest += 1;
    const text = JSON.stringify({ n: newest, acked: Math.max(0, newest - 1 - lag), delivery });
    sent.push(text);
    worker.deliver([text]);
    return newest;
  };
  const record = async (n: number): Promise<CompletionRecord> => {
    const known = records.get(n);
    if (known !== undefined) return known;
    const heard = await new Promise<CompletionRecord | WorkerExit>((resolve) => {
      if (gone !== undefined) resolve(gone);
      waiting.set(n, resolve);
    });
    if ('kind' in heard) throw Error(`${heard.kind}: ${heard.message}`);
    return heard;
  };
  const post: TestVat['post'] = (method, ...args) => {
    const methargs = { body: `#${JSON.stringify([method, args])}`, slots: [] };
    return send(['message', 'o+0', { methargs, result: `p-${1_000 + newest}` }]);
  };
  const call: TestVat['call'] = async (method, ...args) => record(post(method, ...args));

  if (newest === 0 && options.bundle !== undefined && options.starts !== false) {
    send(['startVat', { body: '#"#undefined"', slots: [] }]);
  }

  return {
    call,
    value: async (method, ...args) => {
      const { syscalls } = await call(method, ...args);
      for (const [syscall] of syscalls) {
        if (syscall[0] !== 'resolve') continue;
        const [, isReject, { body }] = syscall[1][0] as (typeof syscall)[1][number];
        const value: unknown = body === '#"#undefined"' ? undefined : JSON.parse(body.slice(1));
        if (isReject) throw Error(JSON.stringify(value));
        return value;
      }
      return undefined;
    },
    deliver: async (delivery) => record(send(delivery)),
    post,
    record,
    snapshot: () =>
      new Promise((resolve) => {
        imaged = resolve;
        worker.snapshot?.();
      }),
    stop: () => worker.stop(),
    exit,
    texts,
    sent,
    printed,
    replay: (entries) =>
      new Promise((resolve) => {
        replayed = (n: number) => {
          newest = n;
          resolve(n);
        };
        worker.replay(entries);
      }),
  };
};

/**
 * A vat with the shortest limit in which a first crank comes to an end, however busy the machine is. Its bundle
 * answers `ping`.
 */
export const openWithLimit = async (host: VatWorkerHost, options: TestVatOptions) => {
  for (let crankTimeLimit = 500; ; crankTimeLimit *= 2) {
    const vat = openVat(host, { ...options, crankTimeLimit });
    const late = await vat.value('ping').then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    if (late === undefined) return { vat, crankTimeLimit };
    if (!late.message.startsWith('time-limit') || crankTimeLimit > 300_000) throw late;
  }
};
