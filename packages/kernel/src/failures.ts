import type { ErrorCode } from '@cooperage/types';

/** A kind of failure: what has happened, and what becomes of the kernel and of what was asked. */
export interface FailureKind {
  readonly what: string;
  readonly then: string;
}

const CALLER = 'The call throws or its promise is rejected; nothing has changed.';
const VAT_ENDS =
  'Nothing of the record counts and the vat ends with that reason: its promises and messages are rejected, its exports lose their owner. In the middle of an upgrade, the upgrade is rolled back instead.';
const STOPS = 'The kernel stops; what was durable stays so, and the next start goes on from there.';

/** Every error code, in words: the compiler insists that there is one for each. */
export const FAILURES: Readonly<Record<ErrorCode, FailureKind>> = {
  BAD_ARGUMENT: { what: 'An argument or option is not what it may be.', then: CALLER },
  BAD_REFERENCE: {
    what: 'A text is no kref or vref.',
    then: `${CALLER} In a record: as ILLEGAL_SYSCALL.`,
  },
  BAD_CAPDATA: {
    what: 'Capdata has another shape.',
    then: `${CALLER} In a record: as ILLEGAL_SYSCALL.`,
  },
  BAD_CONFIG: {
    what: 'A config names what is not there, or is wrong; the place is in the message.',
    then: CALLER,
  },
  BAD_BUNDLE: {
    what: 'The code of a vat cannot be bundled, or a bundle cannot be read.',
    then: CALLER,
  },
  BUNDLE_NOT_FOUND: { what: 'No bundle has that name or id.', then: CALLER },
  VAT_NOT_FOUND: { what: 'No vat has that name or id, or it is no more.', then: CALLER },
  METER_NOT_FOUND: { what: 'No meter has that name or kref.', then: CALLER },
  SERVICE_NOT_FOUND: {
    what: 'The kernel remembers a service that it was not opened with.',
    then: CALLER,
  },
  NAME_IN_USE: { what: 'Something else has that name.', then: CALLER },
  CLOSED: {
    what: 'The kernel or the store was closed.',
    then: 'Whoever waits for an answer is told; the state on disk is whole.',
  },
  NO_HISTORY: {
    what: 'A replay was asked for, and no history was kept or it was trimmed.',
    then: CALLER,
  },
  BAD_EXPORT: {
    what: 'A file of an export is damaged, or is not based on the one before.',
    then: 'Nothing is imported.',
  },
  MALFORMED_RECORD: {
    what: 'What a worker sent is no completion record of the delivery that is due.',
    then: VAT_ENDS,
  },
  RECORD_TOO_LARGE: { what: 'A crank did too much for one record.', then: VAT_ENDS },
  ILLEGAL_SYSCALL: {
    what: 'A syscall names what the vat was not given, or does what it may not.',
    then: VAT_ENDS,
  },
  VAT_TERMINATED: {
    what: 'The vat ended: by itself, with failure, or by its administrator.',
    then: 'Its promises and messages are rejected with the reason; `done()` tells it.',
  },
  VAT_START_FAILED: {
    what: 'The code of the vat threw, or its root is no remotable.',
    then: 'The creation is rejected and leaves nothing behind.',
  },
  CRANK_TIME_LIMIT: {
    what: 'A crank took longer than `crankTimeLimit`.',
    then: `${VAT_ENDS} Vats that shared its thread come back by themselves.`,
  },
  WORKER_OUT_OF_MEMORY: {
    what: 'The vat grew beyond the memory of its worker.',
    then: `${VAT_ENDS} Vats that shared its thread come back by themselves.`,
  },
  WORKER_CRASHED: {
    what: 'The worker is gone for another reason.',
    then: 'A new one is brought up and given the same deliveries; the third time at the same delivery the vat ends.',
  },
  METER_EXHAUSTED: {
    what: 'A crank used more computrons than it may.',
    then: `${VAT_ENDS} With \`whenExhausted: 'suspend'\` the crank is undone instead, and the vat stands still until its meter is topped up or its limit raised.`,
  },
  QUOTA_EXCEEDED: {
    what: 'Whoever asked has no more room for vats.',
    then: 'What was asked is rejected; nobody else notices.',
  },
  QUEUE_FULL: {
    what: 'The inbox of the vat is full, and the host would rather be told than wait.',
    then: CALLER,
  },
  BAD_IMAGE: {
    what: 'The image of a heap is damaged, missing, or another engine’s.',
    then: 'The one before is used, and in the end the whole transcript.',
  },
  REPLAY_DIVERGED: {
    what: 'A vat did not repeat its history.',
    then: 'The vat is put in quarantine: its inbox keeps, others go on, an operator decides.',
  },
  STORE_LOCKED: { what: 'Another process has the directory.', then: CALLER },
  STORE_CORRUPT: {
    what: 'The files are damaged.',
    then: 'The store is not opened; restore it from an export or a backup.',
  },
  STORE_NEWER_FORMAT: { what: 'A newer version has written the files.', then: CALLER },
  STORE_DENIED: {
    what: 'This user may not read or write the directory, or its file system is read-only.',
    then: CALLER,
  },
  STORE_FULL: { what: 'The disk is full, or a quota is reached.', then: STOPS },
  STORE_FAILED: { what: 'A commit failed.', then: STOPS },
  STORE_LOST: {
    what: 'The directory of the kernel, or a file in it, was removed or replaced while the kernel ran.',
    then: 'The kernel stops: what it would write, no start would find.',
  },
  STORE_EPOCH_LOST: { what: 'Somebody else has opened the store since.', then: STOPS },
  CRITICAL_VAT_FAILED: {
    what: 'A vat would have ended that is marked as critical.',
    then: `${STOPS} The end of the vat is not among it.`,
  },
  KERNEL_PANIC: {
    what: 'An invariant of the kernel is broken.',
    then: `${STOPS} It is a defect: please report it.`,
  },
};
