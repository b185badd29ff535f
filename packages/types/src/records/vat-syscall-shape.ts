/** Syscalls as workers send them: checked one by one before anything else looks at them. */
import { type CapData, insistCapData } from '../data/capdata.js';
import { quoted } from '../data/clip.js';
import type { Message, VatResolution } from './delivery.js';
import { CooperageError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { insistVRef, type VRef } from '../refs.js';
import type { VatSyscallObject } from './syscall.js';
import { AT_ONCE, finishWork, type Pace, type Work } from '../work.js';

export const malformed = (detail: string): CooperageError =>
  new CooperageError('MALFORMED_RECORD', `malformed completion record: ${detail}`);

type Shape = Readonly<Record<string, unknown>>;

export const insistObject = (value: unknown, what: string): Shape => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${what} must be an object`);
  }
  return value as Shape;
};

export const insistArray = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw malformed(`${what} must be an array`);
  return value as readonly unknown[];
};

export const insistString = (value: unknown, what: string): string => {
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

const insistData = (value: unknown): CapData<VRef> => {
  // Not one by one, where they are too many anyway.
  const { slots } = insistObject(value, 'capdata') as { slots?: unknown };
  if (Array.isArray(slots) && slots.length > LIMITS.capdataSlots) {
    throw new CooperageError(
      'ILLEGAL_SYSCALL',
      `a syscall has ${slots.length} slots; the limit is ${LIMITS.capdataSlots}`,
    );
  }
  return insistCapData(value, insistVRef);
};

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

/** So many of a list are checked for one unit of work. */
const CHECKED = 16;

const insistList = function* <T>(
  value: unknown,
  what: string,
  insist: (each: unknown) => T,
  pace: Pace,
): Work<readonly T[]> {
  const list: T[] = [];
  for (const each of insistArray(value, what)) {
    list.push(insist(each));
    if (list.length % CHECKED === 0 && pace.spend(1)) yield;
  }
  return list;
};

/**
 * The same in slices: lists can be long.
 * @throws {CooperageError} `MALFORMED_RECORD`, `BAD_REFERENCE`, `BAD_CAPDATA`, `ILLEGAL_SYSCALL`
 */
export const insistVatSyscallInSlices = function* (
  value: unknown,
  pace: Pace,
): Work<VatSyscallObject> {
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
      return [tag, yield* insistList(a, 'resolutions', insistResolution, pace)];
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
      return [tag, yield* insistList(a, 'references', insistVRef, pace)];
    default:
      throw malformed(
        `unknown syscall ${typeof tag === 'string' ? quoted(tag) : `(its tag is not a string but of type ${typeof tag})`}`,
      );
  }
};

/** @throws {CooperageError} `MALFORMED_RECORD`, `BAD_REFERENCE`, `BAD_CAPDATA`, `ILLEGAL_SYSCALL` */
export const insistVatSyscall = (value: unknown): VatSyscallObject =>
  finishWork(insistVatSyscallInSlices(value, AT_ONCE));

/** How often a syscall names something: what the kernel has to translate. */
export const namesIn = (syscall: VatSyscallObject): number => {
  switch (syscall[0]) {
    case 'send':
      return 1 + syscall[2].methargs.slots.length + (syscall[2].result === null ? 0 : 1);
    case 'callNow':
      return 1 + syscall[3].slots.length;
    case 'subscribe':
      return 1;
    case 'resolve':
      return syscall[1].reduce((sum, [, , { slots }]) => sum + 1 + slots.length, 0);
    case 'exit':
      return syscall[2].slots.length;
    case 'dropImports':
    case 'retireImports':
    case 'retireExports':
    case 'abandonExports':
      return syscall[1].length;
    case 'vatstoreGet':
    case 'vatstoreGetNextKey':
    case 'vatstoreSet':
    case 'vatstoreDelete':
      return 0;
    default:
      return syscall satisfies never;
  }
};
