/**
 * Bounds on what one party can make another party hold or do. They are constants, so that their relations can be
 * asserted in one place (`test/limits.test.ts`).
 */
export const LIMITS = Object.freeze({
  /** Characters of one completion record. */
  recordLength: 20_000_000,
  /** Syscalls of one crank. */
  syscallsPerCrank: 200_000,
  /** References that the syscalls of one crank name, counted each time. */
  namesPerCrank: 200_000,
  /** Characters of capdata (bodies and slots) summed over one syscall. */
  capdataLength: 2_000_000,
  /** Slots summed over one syscall. */
  capdataSlots: 10_000,
  /** Nesting depth of arrays, records and tagged values in capdata. */
  capdataDepth: 250,
  /** Digits of a bigint in capdata: the time to parse them grows with their square. */
  bigintDigits: 10_000,
  /** Characters of a reason: of a termination, a refused record or a lost worker. */
  reasonLength: 4_000,
  /** Characters of data in one notify: of a promise, and of the promises that its data leads to. */
  notifyLength: 4_000_000,
  /** Characters of a vatstore key. */
  vatstoreKeyLength: 300,
  /** Characters of a vatstore value. */
  vatstoreValueLength: 2_000_000,
  /** Deliveries that may be at a worker at once. */
  maxWindow: 1_024,
  /** Characters of a key of the store's tables: a vatstore key and the kernel's prefix. */
  tableKeyLength: 400,
  /** Rows of terminated vats that one crank deletes. */
  sweptRows: 1_000,
  /**
   * Work of a crank before the kernel gives the thread to other work. One unit is about one translated reference or one
   * written row, some 10 microseconds.
   */
  sliceWork: 500,
  /** Terminated vats whose reason is kept after their admin facets are gone. */
  endsKept: 100,
  /** Completion records in one commit group: bounds how long an output waits for the disk. */
  groupRecords: 256,
  /** Workers that the same delivery may end before its vat is terminated. */
  deliveryAttempts: 3,
  /** Heap images kept for each vat: the newest, and one to fall back to. */
  snapshotsKept: 2,
  /** Bytes from which on a blob is stored as a file and not as a row. */
  blobFileBytes: 100_000,
} as const);
