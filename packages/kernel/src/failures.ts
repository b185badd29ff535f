import type { ErrorCode } from '@cooperage/types';

/** A kind of failure: what happened, and what happens to the kernel and to the request. */
export interface FailureKind {
  readonly what: string;
  readonly then: string;
}

const CALLER = 'The call throws or its promise is rejected; nothing has changed.';
const REJECTED = 'The promise is rejected; nothing else changes.';
const VAT_ENDS =
  'No part of the record is applied, and the vat is terminated with that reason: its promises and messages are rejected, and references to its exports break. During an upgrade, the upgrade is rolled back instead.';
const STOPS = 'The kernel stops. The next start continues from the newest durable state.';

/** A description of every error code; the compiler demands one for each. */
export const FAILURES: Readonly<Record<ErrorCode, FailureKind>> = {
  BAD_ARGUMENT: { what: 'An argument or option has a value that is not allowed.', then: CALLER },
  BAD_REFERENCE: {
    what: 'A text is not a kref or vref.',
    then: `${CALLER} In a record: as ILLEGAL_SYSCALL.`,
  },
  BAD_CAPDATA: {
    what: 'A value is not capdata.',
    then: `${CALLER} In a record: as ILLEGAL_SYSCALL.`,
  },
  BAD_CONFIG: {
    what: 'A setting of the config is wrong, or names something that does not exist. The message says where.',
    then: CALLER,
  },
  CONFIG_CHANGED: {
    what: 'A kernel was to be opened with a config whose code or parameters are not those that its vats have.',
    then: 'The kernel is not opened, and nothing has changed; the message names the vats and says what to choose.',
  },
  BAD_BUNDLE: {
    what: 'The code of a vat cannot be bundled, or a bundle cannot be read.',
    then: CALLER,
  },
  BUNDLE_NOT_FOUND: { what: 'No bundle has that name or id.', then: CALLER },
  VAT_NOT_FOUND: { what: 'No vat has that name or id, or the vat is terminated.', then: CALLER },
  METER_NOT_FOUND: { what: 'No meter has that name or kref.', then: CALLER },
  SERVICE_NOT_FOUND: {
    what: 'The kernel was opened without a service that it had before.',
    then: CALLER,
  },
  NAME_IN_USE: { what: 'That name is taken.', then: CALLER },
  CLOSED: {
    what: 'The kernel or the store was closed.',
    then: 'Promises for answers are rejected. The state on disk is complete.',
  },
  NO_HISTORY: {
    what: 'A replay needs a history, and none was kept, or it was trimmed.',
    then: CALLER,
  },
  BAD_EXPORT: {
    what: 'A file of an export is damaged, or does not continue the file before it.',
    then: 'Nothing is imported.',
  },
  CONTROL_PROTOCOL: {
    what: 'The control socket received something that is not a frame or a request, or is of another version of the protocol.',
    then: 'The connection ends, or the request is refused; the kernel is not affected.',
  },
  CONTROL_LIMIT: {
    what: 'A client of the control socket exceeded a limit: of frames, of answers, or of open requests.',
    then: 'The request is refused; the kernel is not affected.',
  },
  CONTROL_LOST: {
    what: 'The connection to a kernel ended before the answer came.',
    then: 'It is not known whether the kernel did what was asked: check before you ask again.',
  },
  CONTROL_UNAVAILABLE: {
    what: 'No control socket can be made, or the existing one cannot be opened.',
    then: 'With `control: true` the kernel is not opened; otherwise it runs without one.',
  },
  GATEWAY_REFUSED: {
    what: 'A gateway was shown a secret that it does not know, an origin that is not allowed, or a request that its `authenticate` refused.',
    then: 'The client gets nothing. The message does not say whether the secret was ever valid.',
  },
  GATEWAY_REVOKED: {
    what: 'A capability URL was revoked.',
    then: 'Connections and sessions that redeemed it end, also those of clients that were away. What they had sent before is delivered.',
  },
  GATEWAY_LIMIT: {
    what: 'A client of a gateway sent more, faster, or held more than the limits allow.',
    then: 'The call is refused, or the connection ends; other clients are not affected.',
  },
  GATEWAY_PROTOCOL: {
    what: 'A client of a gateway sent something that is not a message, or named a reference that its session does not hold.',
    then: 'The connection ends; the kernel is not affected.',
  },
  GATEWAY_LOST: {
    what: 'A client has lost its gateway for good.',
    then: 'Promises of the client are rejected.',
  },
  GATEWAY_ENDED: {
    what: 'A session of a gateway has ended: it was closed, or not used for too long.',
    then: 'The references of the session are released; calls of the client’s objects are rejected.',
  },
  GATEWAY_TAKEN_OVER: {
    what: 'Another client continues the session of this one.',
    then: 'The earlier client ends, and its calls that were not acknowledged are rejected there. The session continues.',
  },
  BAD_RECORDING: {
    what: 'A recording is damaged, or its history does not lead to its final state.',
    then: 'No part of it is shown.',
  },
  SCENARIO_STUCK: {
    what: 'A scenario of `@cooperage/test` waits, and no delivery or timer is left that could settle what it waits for.',
    then: 'The run counts as failed.',
  },
  ORDER_FAILS: {
    what: 'A scenario of `@cooperage/test` fails in some of the orders in which it may run.',
    then: 'The shortest such order is shown and recorded.',
  },
  VAT_REJECTED: {
    what: 'A vat rejected the promise, with a reason of its own: `vat` names it.',
    then: `${REJECTED} An error keeps its class, name and message; any other reason is the \`reason\` of the error.`,
  },
  SERVICE_FAILED: {
    what: 'A service of the host threw, or its promise was rejected.',
    then: REJECTED,
  },
  HOST_REJECTED: {
    what: 'A method of a host object threw, or the host rejected a promise of its own.',
    then: `${REJECTED} An error keeps its class, name and message; any other reason is the \`reason\` of the error.`,
  },
  HOST_RESTARTED: {
    what: 'The object or promise belonged to a process of the host that has ended. The process may have handled the message. Only services exist again after a restart, because they have names.',
    then: REJECTED,
  },
  UPGRADE_FAILED: {
    what: 'The new code did not start, or broke a rule for vats.',
    then: `${REJECTED} The old incarnation continues. Where a start upgrades vats to what their config says by now, all others are upgraded, and the kernel is closed.`,
  },
  VAT_UPGRADED: {
    what: 'The vat was upgraded before it resolved the promise.',
    then: `${REJECTED} \`reason\` is what vats are told: \`{ name: 'vatUpgraded', upgradeMessage, incarnationNumber }\`.`,
  },
  VAT_IS_ZYGOTE: {
    what: 'The vat is a zygote, which takes messages of its creator only.',
    then: REJECTED,
  },
  VAT_PAUSED: {
    what: 'The vat is in quarantine or suspended, and the kernel was opened with `rejectPausedAfter`: the message waited for that long.',
    then: `${REJECTED} A message that had been handed out to the vat may still run when the vat continues.`,
  },
  OBJECT_GONE: { what: 'The object no longer has an owner.', then: REJECTED },
  NOT_AN_OBJECT: {
    what: 'A message was sent to a promise that was fulfilled with data.',
    then: REJECTED,
  },
  METHOD_NOT_FOUND: {
    what: 'An object of the kernel has no such method. Of objects of vats and services it is an `allegedCode`.',
    then: REJECTED,
  },
  PROMISE_BROKEN: {
    what: 'The promise was resolved to itself, or nothing can resolve it any more.',
    then: REJECTED,
  },
  PEER_LOST: {
    what: 'The kernel that owns the object, or decides the promise, was declared lost.',
    then: REJECTED,
  },
  NAME_NOT_OFFERED: {
    what: 'A peer kernel was asked for an object by a name under which it offers none.',
    then: REJECTED,
  },
  LINK_CORRUPT: {
    what: 'A peer kernel sent something that is not a message of the protocol, or named a reference that it was not given. The message says which.',
    then: 'No part of the message is applied, and the link is stopped. The kernel continues.',
  },
  MALFORMED_RECORD: {
    what: 'A worker sent a text that is not a completion record of the delivery that is due.',
    then: VAT_ENDS,
  },
  RECORD_TOO_LARGE: {
    what: 'A crank exceeded a limit of records (docs/security.md).',
    then: VAT_ENDS,
  },
  ILLEGAL_SYSCALL: {
    what: 'A syscall names a reference that the vat was not given, or does something that is not allowed.',
    then: VAT_ENDS,
  },
  VAT_TERMINATED: {
    what: 'The vat exited, failed, or was terminated by its administrator.',
    then: 'Its promises and messages are rejected with the reason; `done()` settles with it.',
  },
  VAT_START_FAILED: {
    what: 'The code of the vat threw an error, or its root is not a remotable.',
    then: 'The creation is rejected and leaves nothing behind.',
  },
  CRANK_TIME_LIMIT: {
    what: 'A crank took longer than `crankTimeLimit`.',
    then: `${VAT_ENDS} Other vats of the same thread are replayed and continue.`,
  },
  WORKER_OUT_OF_MEMORY: {
    what: 'The vat needed more memory than its worker has.',
    then: `${VAT_ENDS} Other vats of the same thread are replayed and continue.`,
  },
  WORKER_CRASHED: {
    what: 'The worker ended for another reason.',
    then: 'A new worker starts and gets the same deliveries. If the same delivery ends three workers, the vat is terminated.',
  },
  METER_EXHAUSTED: {
    what: 'A crank used more computrons than its meter or its limit allows.',
    then: `${VAT_ENDS} With \`whenExhausted: 'suspend'\` the crank is undone instead, and the vat is suspended until its meter is topped up or its limit is raised.`,
  },
  QUOTA_EXCEEDED: {
    what: 'The account of the requesting vat has used up its quota of vats or memory.',
    then: 'The request is rejected. Other vats are not affected.',
  },
  QUEUE_FULL: {
    what: "The inbox of the vat is full, and the kernel was opened with `whenInboxIsFull: 'refuse'`.",
    then: CALLER,
  },
  BAD_IMAGE: {
    what: 'A heap image is damaged, missing, or was made by another build of the engine.',
    then: 'The vat is restored from an older image, or from the whole transcript.',
  },
  REPLAY_DIVERGED: {
    what: 'The replay of a vat diverged from its transcript.',
    then: 'The vat is quarantined: its inbox is kept, other vats continue, and an operator decides.',
  },
  STORE_LOCKED: { what: 'Another process has opened the directory.', then: CALLER },
  STORE_CORRUPT: {
    what: 'The files are damaged.',
    then: 'The store is not opened; restore it from an export or a backup.',
  },
  STORE_NEWER_FORMAT: { what: 'A newer version of this program wrote the files.', then: CALLER },
  STORE_DENIED: {
    what: 'This user may not read or write the directory, or its file system is read-only.',
    then: CALLER,
  },
  STORE_FULL: { what: 'The disk is full, or a quota is reached.', then: STOPS },
  STORE_FAILED: { what: 'A commit failed.', then: STOPS },
  STORE_LOST: {
    what: 'The directory of the kernel, or a file in it, was removed or replaced while the kernel ran.',
    then: 'The kernel stops, because a later start would not find what it writes.',
  },
  STORE_UNREACHABLE: {
    what: 'The database cannot be reached, or gave no answer for as long as was allowed.',
    then: STOPS,
  },
  STORE_UNSAFE: {
    what: 'The database would lose commits that it has acknowledged when its machine fails.',
    then: 'The kernel does not start.',
  },
  STORE_EPOCH_LOST: { what: 'Another process has opened the store since.', then: STOPS },
  CRITICAL_VAT_FAILED: {
    what: 'A vat with the option `critical` would have been terminated.',
    then: `${STOPS} The termination is not part of that state.`,
  },
  KERNEL_PANIC: {
    what: 'An invariant of the kernel is broken.',
    then: `${STOPS} It is a defect: please report it.`,
  },
};
