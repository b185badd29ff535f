/** Drives one vat through the contract, as a vat manager would, and keeps what it says. */
import {
  type BundleID,
  type CapData,
  type CompletionRecord,
  type ConsoleLevel,
  type DeliveryNumber,
  type Divergence,
  formatTranscriptEntry,
  formatVatID,
  type NumberedDelivery,
  parseCompletionRecord,
  ROOT_VREF,
  type SyscallEntry,
  UNDEFINED_CAPDATA,
  type VatDeliveryObject,
  type VatID,
  type VatstoreReader,
  type VatWorker,
  type VatWorkerHost,
  type VatWorkerSpec,
  type VRef,
  type WorkerExit,
} from '@cooperage/types';

/** The rows of one vat as the kernel would keep them, and how often they were read. */
export interface FakeVatstore extends VatstoreReader {
  readonly rows: Map<string, string>;
  readonly reads: string[];
}

export const makeFakeVatstore = (
  initial: Iterable<readonly [string, string]> = [],
): FakeVatstore => {
  const rows = new Map(initial);
  const reads: string[] = [];
  return {
    rows,
    reads,
    get: (key) => {
      reads.push(`get ${key}`);
      return rows.get(key);
    },
    getNextKey: (prior) => {
      reads.push(`next ${prior}`);
      let next: string | undefined;
      for (const key of rows.keys())
        if (key > prior && (next === undefined || key < next)) next = key;
      return next;
    },
  };
};

/** Plain data as capdata: no references but those in `slots`, named `$0` or `&0` in the data. */
export const capdata = (value: unknown, slots: readonly string[] = []): CapData<VRef> => ({
  body: `#${JSON.stringify(value)}`,
  slots: slots as readonly VRef[],
});

/** What a capdata says, references as they stand. */
export const valueOf = (data: CapData): unknown =>
  data.body === UNDEFINED_CAPDATA.body ? undefined : JSON.parse(data.body.slice(1));

export interface DrivenVat {
  readonly worker: VatWorker;
  /** Numbers the deliveries and sends them in one batch. `acked` is the newest record heard of, unless it is given. */
  deliver(deliveries: readonly VatDeliveryObject[], acked?: number): DeliveryNumber[];
  /** Records of deliveries, when they are there; rejects when the worker ends before. */
  record(n: number): Promise<CompletionRecord>;
  records(numbers: readonly number[]): Promise<CompletionRecord[]>;
  /** `startVat`, and its record. */
  start(parameters?: CapData<VRef>): Promise<CompletionRecord>;
  /** Sends a message to the root and gives what its result was resolved to. */
  call(method: string, args?: readonly unknown[], slots?: readonly string[]): Promise<Answer>;
  /** A message to the root, with a result promise that no other has. */
  message(method: string, args?: readonly unknown[], slots?: readonly string[]): VatDeliveryObject;
  /** What was delivered and answered so far, as a transcript. */
  transcript(): string[];
  readonly printed: readonly (readonly [ConsoleLevel, string])[];
  readonly heard: readonly string[];
  readonly exit: Promise<WorkerExit>;
  readonly replayed: Promise<DeliveryNumber>;
  readonly diverged: Promise<Divergence>;
}

export interface Answer {
  readonly record: CompletionRecord;
  /** True where the result was rejected, undefined where this crank did not settle it. */
  readonly rejected: boolean | undefined;
  readonly value: unknown;
  readonly slots: readonly string[];
}

interface Waiting {
  readonly resolve: (record: CompletionRecord) => void;
  readonly reject: (error: Error) => void;
}

const defer = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

export interface DriveOptions {
  readonly bundle: string;
  readonly liveslots: string;
  readonly name?: string;
  /** Vats that are compared, and replayed ones, go by one id: error ids contain it. */
  readonly vatID?: VatID;
  readonly vatstore?: VatstoreReader;
  readonly ownThread?: boolean;
  readonly crankTimeLimit?: number;
  /** Replays this first; deliveries are numbered after it. */
  readonly transcript?: readonly string[];
}

let vats = 0;

/** Equal texts get equal ids, without a hash: these ids never leave a test. */
const bundleIDs = new Map<string, BundleID>();
const bundleIDOf = (text: string): BundleID => {
  const known = bundleIDs.get(text);
  if (known !== undefined) return known;
  const made = `b1-${bundleIDs.size.toString(16).padStart(128, '0')}` as BundleID;
  bundleIDs.set(text, made);
  return made;
};

export const driveVat = (host: VatWorkerHost, options: DriveOptions): DrivenVat => {
  vats += 1;
  let newest = 0;
  let newestPromise = 100;
  let heardUpTo = 0;
  const sent = new Map<number, string>();
  const texts = new Map<number, string>();
  const waiting = new Map<number, Waiting>();
  const printed: (readonly [ConsoleLevel, string])[] = [];
  const heard: string[] = [];
  const exit = defer<WorkerExit>();
  const replayed = defer<DeliveryNumber>();
  const diverged = defer<Divergence>();
  let gone: WorkerExit | undefined;

  const spec: VatWorkerSpec = {
    vatID: options.vatID ?? formatVatID(vats),
    name: options.name ?? `vat ${vats}`,
    bundleID: bundleIDOf(options.bundle),
    loadBundle: () => options.bundle,
    vatstore: options.vatstore ?? makeFakeVatstore(),
    ownThread: options.ownThread ?? false,
    crankTimeLimit: options.crankTimeLimit ?? 60_000,
    liveslots: options.liveslots,
  };
  const worker = host.start(spec, {
    records: (batch) => {
      for (const text of batch) {
        const record = parseCompletionRecord(text);
        heard.push(`record ${record.n}`);
        heardUpTo = record.n;
        texts.set(record.n, text);
        waiting.get(record.n)?.resolve(record);
        waiting.delete(record.n);
      }
    },
    replayed: (n) => {
      heard.push(`replayed ${n}`);
      replayed.resolve(n);
    },
    diverged: (divergence) => {
      heard.push(`diverged ${divergence.n}`);
      diverged.resolve(divergence);
    },
    exited: (reason) => {
      heard.push(`exited ${reason.kind}`);
      gone = reason;
      exit.resolve(reason);
      for (const { reject } of waiting.values()) reject(Error(`${reason.kind}: ${reason.message}`));
      waiting.clear();
    },
    console: (level, text) => {
      printed.push([level, text]);
    },
  });

  if (options.transcript !== undefined && options.transcript.length > 0) {
    worker.replay(options.transcript);
    newest = options.transcript.length;
    heardUpTo = newest;
  }

  const record = (n: number): Promise<CompletionRecord> => {
    const text = texts.get(n);
    if (text !== undefined) return Promise.resolve(parseCompletionRecord(text));
    if (gone !== undefined) return Promise.reject(Error(`${gone.kind}: ${gone.message}`));
    return new Promise((resolve, reject) => {
      waiting.set(n, { resolve, reject });
    });
  };
  const deliver: DrivenVat['deliver'] = (deliveries, acked = heardUpTo) => {
    const numbered = deliveries.map((delivery): NumberedDelivery => {
      newest += 1;
      return { n: newest as DeliveryNumber, acked, delivery };
    });
    const batch = numbered.map((each) => JSON.stringify(each));
    numbered.forEach(({ n }, i) => sent.set(n, batch[i] as string));
    worker.deliver(batch);
    return numbered.map(({ n }) => n);
  };
  const deliverOne = async (delivery: VatDeliveryObject): Promise<CompletionRecord> => {
    const [n] = deliver([delivery]);
    return record(n as number);
  };
  const message: DrivenVat['message'] = (method, args = [], slots = []) => {
    newestPromise += 1;
    const result = `p-${newestPromise}` as VRef;
    return ['message', ROOT_VREF, { methargs: capdata([method, args], slots), result }];
  };

  return {
    worker,
    deliver,
    record,
    records: (numbers) => Promise.all(numbers.map(record)),
    start: (parameters = UNDEFINED_CAPDATA) => deliverOne(['startVat', parameters]),
    message,
    call: async (method, args, slots) => {
      const delivery = message(method, args, slots);
      const done = await deliverOne(delivery);
      const result = delivery[0] === 'message' ? delivery[2].result : null;
      for (const [syscall] of done.syscalls) {
        if (syscall[0] !== 'resolve') continue;
        for (const [vpid, rejected, data] of syscall[1]) {
          if (vpid === result)
            return { record: done, rejected, value: valueOf(data), slots: data.slots };
        }
      }
      return { record: done, rejected: undefined, value: undefined, slots: [] };
    },
    transcript: () =>
      [...texts.keys()].map((n) =>
        formatTranscriptEntry(sent.get(n) as string, texts.get(n) as string),
      ),
    printed,
    heard,
    exit: exit.promise,
    replayed: replayed.promise,
    diverged: diverged.promise,
  };
};

/** The syscalls of a record without what was answered. */
export const syscallsOf = ({ syscalls }: CompletionRecord): readonly SyscallEntry[0][] =>
  syscalls.map(([syscall]) => syscall);
