/**
 * The completion record: everything that one crank did, in one piece. It is
 * the only thing that a worker ever says about a crank, and the atomic unit
 * that the kernel applies or refuses.
 *
 * Records come from workers, which may be wholly taken over: parse them with
 * {@link parseCompletionRecord} before anything else looks at them.
 */
import { type CapData, insistCapData } from './capdata.js';
import { quoted } from './clip.js';
import type { Message, Usage, VatResolution } from './delivery.js';
import { CooperageError } from './errors.js';
import { messageOf } from './foreign-value.js';
import { LIMITS } from './limits.js';
import { type DeliveryNumber, insistVRef, type VRef } from './refs.js';
import type { VatSyscallObject } from './syscall.js';

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

const malformed = (detail: string): CooperageError =>
  new CooperageError('MALFORMED_RECORD', `malformed completion record: ${detail}`);

type Shape = Readonly<Record<string, unknown>>;

const insistObject = (value: unknown, what: string): Shape => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${what} must be an object`);
  }
  return value as Shape;
};

const insistArray = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw malformed(`${what} must be an array`);
  return value as readonly unknown[];
};

const insistString = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw malformed(`${what} must be a string`);
  return value;
};

const insistBoolean = (value: unknown, what: string): boolean => {
  if (typeof value !== 'boolean') throw malformed(`${what} must be a boolean`);
  return value;
};

const insistLength = (tuple: readonly unknown[], length: number): void => {
  if (tuple.length !== length) {
    // Its tag is one of those that are known.
    throw malformed(`a ${tuple[0] as string} syscall has ${length - 1} arguments`);
  }
};

const insistData = (value: unknown): CapData<VRef> => insistCapData(value, insistVRef);

const insistKey = (value: unknown, what: string): string => {
  const key = insistString(value, what);
  if (key.length > LIMITS.vatstoreKeyLength) {
    throw malformed(`${what} is longer than ${LIMITS.vatstoreKeyLength} characters`);
  }
  return key;
};

const insistMessage = (value: unknown): Message<VRef> => {
  const { methargs, result } = insistObject(value, 'a message');
  return {
    methargs: insistData(methargs),
    result: result === null || result === undefined ? null : insistVRef(result),
  };
};

const insistResolution = (value: unknown): VatResolution => {
  const tuple = insistArray(value, 'a resolution');
  if (tuple.length !== 3) throw malformed('a resolution is [promise, isReject, capdata]');
  return [insistVRef(tuple[0]), insistBoolean(tuple[1], 'isReject'), insistData(tuple[2])];
};

/** @throws {CooperageError} `MALFORMED_RECORD`, `BAD_REFERENCE`, `BAD_CAPDATA` */
export const insistVatSyscall = (value: unknown): VatSyscallObject => {
  const tuple = insistArray(value, 'a syscall');
  const [tag, a, b, c] = tuple;
  switch (tag) {
    case 'send':
      insistLength(tuple, 3);
      return [tag, insistVRef(a), insistMessage(b)];
    case 'callNow':
      insistLength(tuple, 4);
      return [tag, insistVRef(a), insistString(b, 'the method'), insistData(c)];
    case 'subscribe':
      insistLength(tuple, 2);
      return [tag, insistVRef(a)];
    case 'resolve':
      insistLength(tuple, 2);
      return [tag, insistArray(a, 'resolutions').map(insistResolution)];
    case 'exit':
      insistLength(tuple, 3);
      return [tag, insistBoolean(a, 'isFailure'), insistData(b)];
    case 'vatstoreGet':
    case 'vatstoreGetNextKey':
    case 'vatstoreDelete':
      insistLength(tuple, 2);
      return [tag, insistKey(a, 'a vatstore key')];
    case 'vatstoreSet':
      insistLength(tuple, 3);
      return [tag, insistKey(a, 'a vatstore key'), insistString(b, 'a vatstore value')];
    case 'dropImports':
    case 'retireImports':
    case 'retireExports':
    case 'abandonExports':
      insistLength(tuple, 2);
      return [tag, insistArray(a, 'references').map(insistVRef)];
    default:
      throw malformed(
        `unknown syscall ${typeof tag === 'string' ? quoted(tag) : `(its tag is no string, but of type ${typeof tag})`}`,
      );
  }
};

const insistEntry = (value: unknown): SyscallEntry => {
  const entry = insistArray(value, 'a syscall entry');
  if (entry.length < 1 || entry.length > 2) throw malformed('an entry is [syscall, answer?]');
  const syscall = insistVatSyscall(entry[0]);
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

/**
 * @param text what a worker sent
 * @throws {CooperageError} `RECORD_TOO_LARGE`, `MALFORMED_RECORD`, `BAD_REFERENCE`, `BAD_CAPDATA`
 */
export const parseCompletionRecord = (text: unknown): CompletionRecord => {
  if (typeof text !== 'string') throw malformed('it must be text');
  if (text.length > LIMITS.recordLength) {
    throw new CooperageError(
      'RECORD_TOO_LARGE',
      `a completion record of ${text.length} characters; the limit is ${LIMITS.recordLength}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed(`not JSON (${messageOf(cause)})`);
  }
  const { n, status, syscalls, usage } = insistObject(value, 'it');
  if (typeof n !== 'number' || !Number.isSafeInteger(n) || n < 1) {
    throw malformed('n must be a delivery number');
  }
  const entries = insistArray(syscalls, 'syscalls');
  if (entries.length > LIMITS.syscallsPerCrank) {
    throw new CooperageError(
      'RECORD_TOO_LARGE',
      `${entries.length} syscalls in one crank; the limit is ${LIMITS.syscallsPerCrank}`,
    );
  }
  return {
    n: n as DeliveryNumber,
    status: insistStatus(status),
    syscalls: entries.map(insistEntry),
    usage: insistUsage(usage),
  };
};

/** The text form, which is also what the transcript keeps. */
export const formatCompletionRecord = (record: CompletionRecord): string => JSON.stringify(record);
