/**
 * The completion record: everything that one crank did, in one piece. It is
 * the only thing that a worker ever says about a crank, and the atomic unit
 * that the kernel applies or refuses.
 *
 * Records come from workers, which may be wholly taken over: parse them with
 * {@link parseCompletionRecord} before anything else looks at them.
 */
import type { Usage } from './delivery.js';
import { CooperageError } from '../errors.js';
import { messageOf } from '../data/foreign-value.js';
import { parseJsonInSlices } from '../data/json-in-slices.js';
import { LIMITS } from '../limits.js';
import type { DeliveryNumber } from '../refs.js';
import type { VatSyscallObject } from './syscall.js';
import {
  insistArray,
  insistObject,
  insistString,
  insistVatSyscallInSlices,
  malformed,
  namesIn,
} from './vat-syscall-shape.js';
import { AT_ONCE, finishWork, type Pace, type Work } from '../work.js';

/** One syscall and, for those that read, what the vat was told (null for a miss). */
export type SyscallEntry = readonly [syscall: VatSyscallObject, answer?: string | null];

export interface CompletionRecord {
  /** The delivery that this record completes. */
  readonly n: DeliveryNumber;
  /**
   * `ok`: the crank ran to its end, whatever user code threw in it.
   * `error`: it could not (startVat failed, or liveslots refused the delivery); the vat ends.
   * `exhausted`: it used up its meter; nothing of it counts, and the heap in the worker is gone.
   */
  readonly status:
    readonly ['ok'] | readonly ['error', message: string] | readonly ['exhausted', message: string];
  readonly syscalls: readonly SyscallEntry[];
  /** Null where the engine does not meter. */
  readonly usage: Usage | null;
}

const insistEntry = function* (value: unknown, pace: Pace): Work<SyscallEntry> {
  const entry = insistArray(value, 'a syscall entry');
  if (entry.length < 1 || entry.length > 2) throw malformed('an entry is [syscall, answer?]');
  const syscall = yield* insistVatSyscallInSlices(entry[0], pace);
  const answer = entry[1];
  if (answer === undefined) return [syscall];
  return [syscall, answer === null ? null : insistString(answer, 'an answer')];
};

const insistStatus = (value: unknown): CompletionRecord['status'] => {
  const status = insistArray(value, 'the status');
  if (status[0] === 'ok' && status.length === 1) return ['ok'];
  if (status[0] === 'error' && status.length === 2) {
    return ['error', insistString(status[1], 'the error message')];
  }
  if (status[0] === 'exhausted' && status.length === 2) {
    return ['exhausted', insistString(status[1], 'the message')];
  }
  throw malformed('the status is ["ok"], ["error", message] or ["exhausted", message]');
};

const insistUsage = (value: unknown): Usage | null => {
  if (value === null || value === undefined) return null;
  const { computrons } = insistObject(value, 'usage');
  if (typeof computrons !== 'number' || !Number.isSafeInteger(computrons) || computrons < 0) {
    throw malformed('computrons must be a whole number');
  }
  return { computrons };
};

const tooLarge = (what: string, limit: number): CooperageError =>
  new CooperageError('RECORD_TOO_LARGE', `${what} in one crank; the limit is ${limit}`);

/** Characters that are parsed at once, whatever they are. */
const PARSED_AT_ONCE = 16_384;
/** What a record needs at most: the answer stands beside a syscall, the slots in the capdata of a resolution. */
const BOUNDS = {
  depth: 10,
  values: 20 * LIMITS.syscallsPerCrank,
  members: 8,
};

const parseText = function* (text: string, pace: Pace): Work<unknown> {
  try {
    if (text.length <= PARSED_AT_ONCE) return JSON.parse(text) as unknown;
    return yield* parseJsonInSlices(text, BOUNDS, pace);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new CooperageError(
        'RECORD_TOO_LARGE',
        `a completion record is too large: ${cause.message}`,
      );
    }
    throw malformed(`not JSON (${messageOf(cause)})`);
  }
};

const insistEntries = function* (value: unknown, pace: Pace): Work<readonly SyscallEntry[]> {
  const found = insistArray(value, 'syscalls');
  if (found.length > LIMITS.syscallsPerCrank) {
    throw tooLarge(`${found.length} syscalls`, LIMITS.syscallsPerCrank);
  }
  const entries: SyscallEntry[] = [];
  let names = 0;
  for (const each of found) {
    const entry = yield* insistEntry(each, pace);
    const more = namesIn(entry[0]);
    names += more;
    if (names > LIMITS.namesPerCrank) {
      throw tooLarge(`more than ${LIMITS.namesPerCrank} names`, LIMITS.namesPerCrank);
    }
    entries.push(entry);
    if (pace.spend(0.1 + more / 20)) yield;
  }
  return entries;
};

/**
 * Parses and checks a record, in slices.
 *
 * @param text what a worker sent
 * @throws {CooperageError} `RECORD_TOO_LARGE`, `MALFORMED_RECORD`, `BAD_REFERENCE`, `BAD_CAPDATA`, `ILLEGAL_SYSCALL`
 */
export const readCompletionRecord = function* (text: unknown, pace: Pace): Work<CompletionRecord> {
  if (typeof text !== 'string') throw malformed('it must be text');
  if (text.length > LIMITS.recordLength) {
    throw new CooperageError(
      'RECORD_TOO_LARGE',
      `a completion record of ${text.length} characters; the limit is ${LIMITS.recordLength}`,
    );
  }
  const { n, status, syscalls, usage } = insistObject(yield* parseText(text, pace), 'it');
  if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 1) {
    throw malformed('n must be a delivery number');
  }
  return {
    n: n as DeliveryNumber,
    status: insistStatus(status),
    syscalls: yield* insistEntries(syscalls, pace),
    usage: insistUsage(usage),
  };
};

/** The same at once. */
export const parseCompletionRecord = (text: unknown): CompletionRecord =>
  finishWork(readCompletionRecord(text, AT_ONCE));

/** The text form, which is also what the transcript keeps. */
export const formatCompletionRecord = (record: CompletionRecord): string => JSON.stringify(record);
