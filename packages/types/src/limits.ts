/**
 * Bounds on what one party can make another hold or do. Constants, so that
 * their relations can be asserted in one place (`test/limits.test.ts`).
 */
export const LIMITS = Object.freeze({
  /** Characters of one completion record. */
  recordLength: 20_000_000,
  /** Syscalls of one crank. */
  syscallsPerCrank: 200_000,
  /** References that the syscalls of one crank name, each time that they do: what the kernel translates. */
  namesPerCrank: 200_000,
  /** Characters of capdata (bodies and slots) summed over one syscall. */
  capdataLength: 2_000_000,
  /** Slots summed over one syscall. */
  capdataSlots: 10_000,
  /** How deep arrays, records and tagged values may be in one another in capdata. */
  capdataDepth: 250,
  /** Digits of a bigint in capdata: parsing takes time that grows with their square. */
  bigintDigits: 10_000,
  /** Characters of a reason: what is said of an end, of a refused record, of a lost worker. */
  reasonLength: 4_000,
  /** Characters of data that one notify may carry: of a promise, and of those that its data leads to. */
  notifyLength: 4_000_000,
  /** Characters of a vatstore key. */
  vatstoreKeyLength: 300,
  /** Characters of a vatstore value. */
  vatstoreValueLength: 2_000_000,
  /** Deliveries that may be out at a worker at once. */
  maxWindow: 1_024,
  /** Characters of a key of the store's tables: a vatstore key and what the kernel puts before it. */
  tableKeyLength: 400,
  /** Rows of vats that are no more that one crank deletes. */
  sweptRows: 1_000,
  /**
   * Work that a crank of the kernel does before whatever else the thread has to do: one is about a reference translated or
   * a row written, some 10 microseconds.
   */
  sliceWork: 500,
  /** Terminated vats whose reason is kept after their admin facets are gone. */
  endsKept: 100,
  /** Completion records in one group commit: bounds how long an output waits for the disk. */
  groupRecords: 256,
  /** Times that a delivery may kill its worker before it ends its vat. */
  deliveryAttempts: 3,
  /** Heap images that are kept of each vat: the newest, and one to fall back to. */
  snapshotsKept: 2,
  /** From this size on a blob is a file of its own and not a row (bytes). */
  blobFileBytes: 100_000,
} as const);
