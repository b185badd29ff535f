/**
 * The store's ports, from the disk up.
 *
 * * {@link StoreBackend}: what an embedded or a shared database must offer. Reads are synchronous (a
 *   backend far away keeps what it owns in a local copy); `commit` is asynchronous, all or nothing, and
 *   carries the epoch under which the caller owns the data. Blobs are apart from the tables.
 * * {@link KernelStore}: what the kernel stands on: tables with a crank overlay, group commit, transcripts,
 *   snapshots and bundles.
 *
 * Keys that belong to one vat begin with its id and a dot (`v7.`), so that a vat's data is one range.
 */
import type { CooperageError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { LinkSource } from './links.js';
import type { BundleID, DeliveryNumber, VatID } from '../refs.js';

/** Above every key that tables take: `keys('', KEYS_END)` is all of them. */
export const KEYS_END = '\uffff'.repeat(LIMITS.tableKeyLength + 1);

/** A string-to-string map in key order. Synchronous. */
export interface ReadableTables {
  get(key: string): string | undefined;
  has(key: string): boolean;
  /**
   * Keys from `start` (inclusive) to `end` (exclusive), ascending by UTF-16 code unit. A write to the
   * tables ends the guarantee of a running iteration only for keys that it touches.
   */
  keys(start: string, end: string): IterableIterator<string>;
}

export interface Tables extends ReadableTables {
  /**
   * Any string is a value. Any string of up to `LIMITS.tableKeyLength` characters is a key.
   * @throws {CooperageError} `BAD_ARGUMENT` for a longer key
   */
  set(key: string, value: string): void;
  delete(key: string): void;
}

/** The writes of one group: null deletes. Nothing that was made and unmade within the group is in it. */
export interface CommitGroup {
  /** The fencing token that {@link StoreBackend.epoch} gave out. */
  readonly epoch: number;
  /** 1, 2, 3, … since the store was made: the watermark that outputs wait for. */
  readonly sequence: number;
  readonly writes: ReadonlyMap<string, string | null>;
}

/**
 * What was durable at one moment. It stays as it is, whatever is committed meanwhile, until it is released; reads throw
 * `CLOSED` from then on.
 */
export interface StoreView extends ReadableTables {
  /** Sequence of the newest group that is in it. */
  readonly committed: number;
  /** Those that are there now; what the rows of the view name may be gone, where it was given up since. */
  readonly blobs: Pick<BlobBackend, 'get' | 'list'>;
  /** Soon: what it shows cannot be used for anything else until then. Idempotent. */
  release(): Promise<void>;
}

/**
 * A database under a kernel. What each function must do is said with it; for all of them:
 *
 * * Reads are synchronous and show what is durable. Keys and values are any strings, lone surrogates, NUL and the empty
 *   string included, and come back as they were. Keys are in the order of their UTF-16 code units, which is that of `<` in
 *   JavaScript and not that of code points or of UTF-8.
 * * A row or blob that is not as it was written is never given out: reading it throws `STORE_CORRUPT`, which names it. The
 *   kernel believes what it reads, so a backend that cannot tell needs checksums of its own.
 * * After `close` every other function throws or rejects with `CLOSED`.
 * * Errors are `CooperageError`s with one of the codes that are named here. Any other error of a commit counts as
 *   `STORE_FAILED`. After a commit that failed the store above takes no further one, and goes on reading.
 *
 * `storeBackendCompliance` of `@cooperage/compliance` tests this.
 */
export interface StoreBackend extends ReadableTables {
  /** Fencing token: greater with each open; a commit under an older one fails. */
  readonly epoch: number;
  /** Sequence of the newest group that is durable; 0 for a new store. */
  readonly committed: number;
  /**
   * All of the group or nothing, durable when the promise resolves, and `committed` with it. One at a time. While it is
   * under way reads may see the state before or after. `writes` is not changed until the promise settles.
   *
   * @throws {CooperageError} `STORE_EPOCH_LOST` for an epoch that is not the newest; `STORE_FAILED` for a sequence that is not the
   *   next; `BAD_ARGUMENT` while another commit is under way: nothing was kept, and the next commit may succeed.
   *   `STORE_FULL`, `STORE_FAILED`, `STORE_LOST`: nothing was kept, or it is unknown whether. `CLOSED`.
   */
  commit(group: CommitGroup): Promise<void>;
  /** What is durable now, for as long as it is held, while commits go on. */
  view(): StoreView;
  readonly blobs: BlobBackend;
  /** Links with the kernels of other stores; left out where there are none. */
  readonly links?: LinkSource;
  /**
   * Calls back once, within a second, when what is committed can be lost: the files were removed or replaced, another owner
   * took them. Each later commit fails with the same error. Left out where that cannot happen, or cannot be noticed.
   */
  onLost?(listener: (loss: CooperageError) => void): void;
  /** Waits for a commit under way. Idempotent. What was committed is there when the store is opened again. */
  close(): Promise<void>;
}

/** Immutable byte strings by content. */
export interface BlobBackend {
  /** Durable when it resolves; gives the SHA-512 as 128 hexadecimal digits. Idempotent. */
  put(bytes: Uint8Array): Promise<string>;
  has(hash: string): boolean;
  /**
   * Checked against its hash.
   * @throws {CooperageError} `STORE_CORRUPT` where the bytes are not what they were
   */
  get(hash: string): Uint8Array | undefined;
  delete(hash: string): Promise<void>;
  /** Hashes of all blobs, in no order. */
  list(): IterableIterator<string>;
}

/**
 * The tables under a crank: writes between `begin` and `accept` become part of the group, or of nothing.
 * A write outside a crank, or a crank within a crank, is a `KERNEL_PANIC`. Where the store has failed or
 * is closed, `acceptCrank` throws and leaves the crank to be aborted.
 */
export interface CrankTables extends Tables {
  beginCrank(): void;
  acceptCrank(): void;
  abortCrank(): void;
  /**
   * Sets the crank under way aside: until it is resumed the tables are as if it had not begun. Others may run meanwhile that
   * write other rows.
   */
  suspendCrank(): void;
  resumeCrank(): void;
  /**
   * Does part of what accepting the crank takes, where that is much: looks at so many of its rows.
   * @returns whether there is more
   */
  readyCrank(rows: number): boolean;
  /** What the crank under way has written so far, by key; null deletes. */
  crankWrites(): ReadonlyMap<string, string | null>;
  /**
   * From now on a writer of whole cranks may keep rows as objects, which become text when a group is closed, or when
   * keys are iterated. Where a store has no such method, its user writes all rows of a crank before it is accepted.
   * @returns has all late rows written as text now
   */
  attach?(late: LateRows): () => void;
}

/** Rows that accepted cranks have changed and that are not text yet. No other writer writes rows with these keys. */
export interface LateRows {
  /** How many there are, deleted ones included. */
  readonly size: number;
  /** The row as text, as the last accepted crank left it; null where it is deleted, undefined where it is not late. */
  find(key: string): string | null | undefined;
  /** Gives all of them away, as the last accepted crank left them: none is late afterwards. */
  take(write: (key: string, row: string | null) => void): void;
  /** What the crank under way has changed and not written. */
  changed(): Iterable<readonly [key: string, row: string | null]>;
}

/** The deliveries that a vat has completed, with what it did. */
export interface Transcripts {
  append(vatID: VatID, n: DeliveryNumber, entry: string): void;
  /** Entries `from` to `to` (inclusive), in order. */
  read(vatID: VatID, from: number, to: number): IterableIterator<string>;
  /** Number of the newest entry; 0 for none. */
  newest(vatID: VatID): number;
  deleteAll(vatID: VatID): void;
}

/** Heap snapshots: the row is in the tables, the image among the blobs. */
export interface SnapshotRow {
  readonly n: DeliveryNumber;
  /** SHA-512 of the image. */
  readonly hash: string;
  /** Which engine made it and can read it. */
  readonly engine: string;
}

/** An image among the blobs: its hash, and that of the image which it is a difference to. */
export type ImageRow = readonly [hash: string, base: string | undefined];

export interface Snapshots {
  /** Durable when it resolves; gives its hash. Before a crank that names it. */
  putImage(bytes: Uint8Array): Promise<string>;
  /** Whether the blobs hold the image; nothing is read. */
  hasImage(hash: string): boolean;
  /** @throws {CooperageError} `STORE_CORRUPT` where it is missing, or not what it was */
  loadImage(hash: string): Uint8Array;
  /** After the crank that named it last is durable. */
  deleteImage(hash: string): Promise<void>;
  /** There is, or may be, a blob of this hash: written in a crank before the first snapshot that needs it. */
  addImage(image: ImageRow): void;
  forgetImage(hash: string): void;
  images(): IterableIterator<ImageRow>;
  /** The image must be in the blobs already. */
  record(vatID: VatID, row: SnapshotRow): void;
  delete(vatID: VatID, n: DeliveryNumber): void;
  newest(vatID: VatID): SnapshotRow | undefined;
  list(vatID: VatID): IterableIterator<SnapshotRow>;
  deleteAll(vatID: VatID): void;
}

/** Vat code by content. */
export interface Bundles {
  /** Durable when it resolves. */
  put(text: string): Promise<BundleID>;
  has(id: BundleID): boolean;
  /** @throws {CooperageError} `BUNDLE_NOT_FOUND`, `STORE_CORRUPT` */
  get(id: BundleID): string;
}

export interface KernelStore {
  readonly tables: CrankTables;
  readonly transcripts: Transcripts;
  readonly snapshots: Snapshots;
  readonly bundles: Bundles;
  /**
   * Sequence of the group that is filling: what is accepted now becomes durable with it, even a crank
   * that wrote nothing.
   */
  readonly filling: number;
  /** Sequence of the newest durable group. */
  readonly durable: number;
  /** Writes in the filling group. */
  readonly pendingWrites: number;
  /**
   * Closes the filling group and commits it, after any that is under way. Resolves when everything that
   * was accepted before the call is durable. A failure is final: the store accepts no more groups.
   * @throws {CooperageError} `STORE_FULL`, `STORE_FAILED`, `STORE_EPOCH_LOST`, `STORE_LOST`, `CLOSED`
   */
  flush(): Promise<void>;
  /** What is durable now. */
  view(): StoreView;
  /** Calls back once when the backend notices that it has lost what it keeps. */
  onLost(listener: (loss: CooperageError) => void): void;
  /**
   * Lets go of the backend; what was accepted is durable when it resolves. Idempotent.
   * @param options `discard`: what was accepted and not flushed has never happened
   */
  close(options?: { readonly discard?: boolean }): Promise<void>;
}
