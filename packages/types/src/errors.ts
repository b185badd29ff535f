/**
 * Errors with a `code`: the one way in which packages report bad input and
 * bad luck to one another. Match on `code`, never on the class (two copies of
 * this package may be loaded) nor on the message (it is for people).
 */

import { codeOf, isError, isInstance } from './data/foreign-value.js';

/** Codes, grouped by who can mend the cause. */
export const ERROR_CODES = [
  // What a caller passed in.
  'BAD_ARGUMENT',
  'BAD_REFERENCE',
  'BAD_CAPDATA',
  'BAD_CONFIG',
  'CONFIG_CHANGED',
  'BAD_BUNDLE',
  'BUNDLE_NOT_FOUND',
  'VAT_NOT_FOUND',
  'METER_NOT_FOUND',
  'SERVICE_NOT_FOUND',
  'NAME_IN_USE',
  'CLOSED',
  'NO_HISTORY',
  'BAD_EXPORT',
  // The control socket of a kernel.
  'CONTROL_PROTOCOL',
  'CONTROL_LIMIT',
  'CONTROL_LOST',
  'CONTROL_UNAVAILABLE',
  // The gateway, and its clients.
  'GATEWAY_REFUSED',
  'GATEWAY_REVOKED',
  'GATEWAY_LIMIT',
  'GATEWAY_PROTOCOL',
  'GATEWAY_LOST',
  'GATEWAY_ENDED',
  'GATEWAY_TAKEN_OVER',
  // A recording.
  'BAD_RECORDING',
  // A test of vats.
  'SCENARIO_STUCK',
  'ORDER_FAILS',
  // Why a promise was rejected.
  'VAT_REJECTED',
  'SERVICE_FAILED',
  'HOST_REJECTED',
  'HOST_RESTARTED',
  'UPGRADE_FAILED',
  'VAT_UPGRADED',
  'VAT_IS_ZYGOTE',
  'VAT_PAUSED',
  'OBJECT_GONE',
  'NOT_AN_OBJECT',
  'METHOD_NOT_FOUND',
  'PROMISE_BROKEN',
  'PEER_LOST',
  'NAME_NOT_OFFERED',
  // What a worker sent: the record is refused and the vat ends.
  'MALFORMED_RECORD',
  'RECORD_TOO_LARGE',
  'ILLEGAL_SYSCALL',
  // What a peer kernel sent: nothing of the message is applied, and the link is stopped.
  'LINK_CORRUPT',
  // Why a vat ended, or its worker.
  'VAT_TERMINATED',
  'VAT_START_FAILED',
  'CRANK_TIME_LIMIT',
  'WORKER_OUT_OF_MEMORY',
  'WORKER_CRASHED',
  'METER_EXHAUSTED',
  'QUOTA_EXCEEDED',
  'QUEUE_FULL',
  'BAD_IMAGE',
  'REPLAY_DIVERGED',
  // The disk, or the database.
  'STORE_LOCKED',
  'STORE_CORRUPT',
  'STORE_NEWER_FORMAT',
  'STORE_DENIED',
  'STORE_FULL',
  'STORE_FAILED',
  'STORE_EPOCH_LOST',
  'STORE_LOST',
  'STORE_UNREACHABLE',
  'STORE_UNSAFE',
  // A vat would have ended without which the rest is of no use: nothing is committed any more.
  'CRITICAL_VAT_FAILED',
  // An invariant of the kernel is broken: nothing is committed any more.
  'KERNEL_PANIC',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error that programs can tell apart by its `code` and people by its message. */
export class CooperageError extends Error {
  readonly code: ErrorCode;

  /**
   * @param code    what happened, for programs
   * @param message what was wrong and how to mend it, for people
   * @param options `cause`: the error behind this one
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CooperageError';
    this.code = code;
  }
}

/** True for an error of this or another copy of this package that bears `code`. */
export const hasCode = (error: unknown, code: ErrorCode): boolean =>
  isError(error) && codeOf(error) === code;

/** True for an error of this package, whatever `error` is: `instanceof` asks a proxy, which may throw. */
export const isCooperageError = (error: unknown): error is CooperageError =>
  isInstance(error, CooperageError);
