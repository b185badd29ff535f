/**
 * The contract between the vat manager and whatever runs vats: a thread, a
 * process, another engine. Text in, text out, in batches; nothing here waits.
 *
 * Trust: the manager believes nothing that a worker sends. Each record is
 * parsed, checked against the vat's c-list and applied whole or not at all, so
 * that a worker that is wholly taken over can do what its vats could do, and
 * cannot name an object that they were not given.
 */
import type { BundleID, DeliveryNumber, VatID } from '../refs.js';
import type { WorkerVatOptions } from '../options/vat-options.js';

/**
 * A vat's own rows of the store, as of the newest retired record. Read
 * synchronously from inside a crank; what the vat wrote since then is in the
 * supervisor's own layer on top, so an answer never goes stale: no other code
 * writes a vat's rows.
 */
export interface VatstoreReader {
  get(key: string): string | undefined;
  /** The first key after `priorKey` by code unit. */
  getNextKey(priorKey: string): string | undefined;
}

/** Where a message of a vat's `console` goes. */
export type ConsoleLevel = 'debug' | 'log' | 'info' | 'warn' | 'error';

/** Which liveslots a vat runs on: ours, or the name of one that the worker host was given. */
export type LiveslotsChoice = string;

/** A heap between two cranks, as its engine wrote it. */
export interface HeapImage {
  /** The newest crank that is in it. */
  readonly n: DeliveryNumber;
  /** Which build of an engine wrote it and can read it; another refuses it. */
  readonly engine: string;
  /** SHA-512 (hexadecimal) of the image that `bytes` is a difference to; undefined where it is whole. */
  readonly base: string | undefined;
  /** Compressed; names engine and base inside too, so that a foreign or damaged one is recognised. */
  readonly bytes: Uint8Array;
}

/** Where a vat's heap comes from, in place of an empty one. */
export interface HeapOrigin {
  readonly n: DeliveryNumber;
  /** SHA-512 of the image's bytes. */
  readonly hash: string;
  /**
   * The image, or one that it is based on, checked against its hash.
   * @throws {CooperageError} `STORE_CORRUPT` where it is missing or damaged
   */
  readonly load: (hash: string) => Uint8Array;
}

/** With the options of the vat that a worker is told: a thread of its own, limits, liveslots and engine (`v8` unless said). */
export interface VatWorkerSpec extends WorkerVatOptions {
  /** What the vat's heap calls itself: its id; for a fork, that of the first vat of its line. */
  readonly vatID: VatID;
  /** For people: labels console output and thread names. */
  readonly name: string;
  readonly bundleID: BundleID;
  /** The bundle as JSON text, as `@endo/bundle-source` made it. Asked for only where it is not cached. */
  readonly loadBundle: () => string;
  readonly vatstore: VatstoreReader;
  /** The heap to start from; what is replayed and delivered begins with crank `n + 1`. */
  readonly origin?: HeapOrigin;
}

/**
 * How a worker ended without having been asked to.
 * * `time-limit`, `out-of-memory`: this vat's crank `n` did it.
 * * `crashed`: this vat's crank `n` was running; what killed the worker is not known.
 * * `collateral`: another vat in the same thread did it; this one is blameless.
 * * `load-failed`: the worker never came up.
 * * `bad-image`: the heap image of `origin` cannot be read here: another engine's, or damaged.
 */
export interface WorkerExit {
  readonly kind:
    'time-limit' | 'out-of-memory' | 'crashed' | 'collateral' | 'load-failed' | 'bad-image';
  /** The delivery that was running, where the vat was running one. */
  readonly n?: DeliveryNumber;
  readonly message: string;
}

/** A replay that did not do what the transcript says. */
export interface Divergence {
  readonly n: DeliveryNumber;
  /** Index of the first syscall that differs. */
  readonly index: number;
  /** The syscall in the transcript, as JSON; undefined where the crank made one too many. */
  readonly expected: string | undefined;
  readonly actual: string | undefined;
}

/** What a worker tells its manager. Called from the event loop, never from inside a call to the worker. */
export interface VatWorkerSink {
  /**
   * Texts of completion records, one for each delivery, in the order of the deliveries.
   * @param times of each crank, one after another: when it began and when it ended, in milliseconds since 1970, by the
   *   worker's clock. They are for those who look; a worker need not tell them
   */
  records(texts: readonly string[], times?: readonly number[]): void;
  /** The transcript was re-run through delivery `n`. */
  replayed(n: DeliveryNumber): void;
  /** The replay stopped; the worker does nothing more. */
  diverged(divergence: Divergence): void;
  /** The worker is gone. Nothing follows. */
  exited(exit: WorkerExit): void;
  /** The vat printed something, in delivery `n` or after it; 0, or absent, where it is not known in which. */
  console(level: ConsoleLevel, text: string, n?: number): void;
  /** The heap that {@link VatWorker.snapshot} asked for; `undefined` where it could not be taken. */
  image?(image: HeapImage | undefined): void;
}

/** One vat in its worker. */
export interface VatWorker {
  /**
   * The thread in which the vat runs, by the number that Node gave it (`threadId`): for those who look. Absent where it
   * is not known, or not known yet.
   */
  readonly thread?: number | undefined;
  /**
   * Re-run cranks of the past. Each text is a transcript entry,
   * `{"delivery": NumberedDelivery, "record": CompletionRecord}`; syscalls that read are
   * answered from the record. `sink.replayed` follows when all entries given so far were run.
   */
  replay(entries: readonly string[]): void;
  /**
   * Texts of `NumberedDelivery`, in order. Never blocks; the worker queues them.
   * @param computrons - what the crank of each may use, where that is less than the vat's `computronLimit`: its meter
   *   holds no more. Engines that do not meter need not look.
   */
  deliver(deliveries: readonly string[], computrons?: readonly (number | undefined)[]): void;
  /**
   * Asks for an image of the heap as it is after everything given so far; `sink.image` follows. Absent where
   * the engine cannot copy a heap.
   */
  snapshot?(): void;
  /** Ends the vat in this worker, at once; the sink hears nothing more. Idempotent. */
  stop(): Promise<void>;
}

/** A place where vats run: a pool of threads, the kernel's own thread, a pool of processes. */
export interface VatWorkerHost {
  /** So many vats will be started soon: what can be made ready for them, may. Optional; returns at once. */
  prepare?(vats: number): void;
  /** Returns at once; what goes wrong is reported by `sink.exited`. */
  start(spec: VatWorkerSpec, sink: VatWorkerSink): VatWorker;
  /** Cranks that are running at this moment, where the host can tell without asking its workers. */
  readonly running?: number;
  /** Milliseconds, so far, for which a crank was under way and a debugger had stopped it. */
  readonly debuggedTime?: number;
  /**
   * An image that other images of this host are based on (the engine with nothing but its liveslots in it).
   * Store the base of an image before the image.
   */
  baseImage?(hash: string): Uint8Array | undefined;
  /** Stops every worker. Idempotent. */
  stop(): Promise<void>;
}

/** What a transcript holds for each crank: the two texts are kept as they were sent. */
export const formatTranscriptEntry = (deliveryText: string, recordText: string): string =>
  `{"delivery":${deliveryText},"record":${recordText}}`;

/** Where the scripts of bundles are, in stacks and for debuggers. Vats of a thread share theirs: it has the name of none. */
export const SCRIPT_FOLDER = 'cooperage-vat';

export const SCRIPT_NAME = 'bundle.js';

/** @param hash of the bundle's source map, which says what the script was made of */
export const scriptNameOf = (hash: string): string =>
  [SCRIPT_FOLDER, ...(hash === '' ? [] : [hash.slice(0, 16)]), SCRIPT_NAME].join('/');
