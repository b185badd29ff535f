/**
 * Checks of what a worker says, made by its host before anything else is done: a worker that was taken
 * over says anything. What comes out is a copy of the shape that the contract has, with texts that are cut.
 */
import { clip } from '../data/clip.js';
import { CooperageError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { DeliveryNumber } from '../refs.js';
import type { ConsoleLevel, Divergence, HeapImage, WorkerExit } from './vat-worker.js';

const bad = (detail: string): CooperageError => new CooperageError('BAD_ARGUMENT', detail);

const isNatural = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** @throws {CooperageError} `BAD_ARGUMENT`, as all of these */
export const insistNatural = (value: unknown, what: string): number => {
  if (!isNatural(value)) throw bad(`${what} must be a whole number from 0`);
  return value;
};

export const insistDeliveryNumber = (value: unknown, what: string): DeliveryNumber => {
  if (!isNatural(value) || value === 0) throw bad(`${what} must be the number of a delivery`);
  return value as DeliveryNumber;
};

/** @param most characters that are kept */
export const insistText = (
  value: unknown,
  what: string,
  most: number = LIMITS.reasonLength,
): string => {
  if (typeof value !== 'string') throw bad(`${what} must be a string`);
  return clip(value, most);
};

const optionalText = (value: unknown, what: string): string | undefined =>
  value === undefined ? undefined : insistText(value, what);

export const insistList = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw bad(`${what} must be an array`);
  return value as readonly unknown[];
};

type Fields = Readonly<Record<string, unknown>>;

const insistFields = (value: unknown, what: string): Fields => {
  if (typeof value !== 'object' || value === null) throw bad(`${what} must be an object`);
  return value as Fields;
};

const LEVELS: readonly ConsoleLevel[] = ['debug', 'log', 'info', 'warn', 'error'];

export const insistConsoleLevel = (value: unknown): ConsoleLevel => {
  const level = LEVELS.find((each) => each === value);
  if (level === undefined) throw bad(`a level of the console must be one of ${LEVELS.join(', ')}`);
  return level;
};

export const insistDivergence = (value: unknown): Divergence => {
  const { n, index, expected, actual } = insistFields(value, 'a divergence');
  return {
    n: insistDeliveryNumber(n, 'n of a divergence'),
    index: insistNatural(index, 'index of a divergence'),
    expected: optionalText(expected, 'expected of a divergence'),
    actual: optionalText(actual, 'actual of a divergence'),
  };
};

const EXITS: readonly WorkerExit['kind'][] = [
  'time-limit',
  'out-of-memory',
  'crashed',
  'collateral',
  'load-failed',
  'bad-image',
];

export const insistExitKind = (value: unknown): WorkerExit['kind'] => {
  const kind = EXITS.find((each) => each === value);
  if (kind === undefined) throw bad(`the kind of an exit must be one of ${EXITS.join(', ')}`);
  return kind;
};

export const insistWorkerExit = (value: unknown): WorkerExit => {
  const { kind, n, message } = insistFields(value, 'an exit');
  return {
    kind: insistExitKind(kind),
    message: insistText(message, 'the message of an exit'),
    ...(n !== undefined && { n: insistDeliveryNumber(n, 'n of an exit') }),
  };
};

/** Bytes that no other code can change any more. */
export const insistBytes = (value: unknown, what: string): Uint8Array => {
  if (!(value instanceof Uint8Array) || !(value.buffer instanceof ArrayBuffer)) {
    throw bad(`${what} must be a Uint8Array in memory of its own`);
  }
  return value;
};

const SHA512 = /^[0-9a-f]{128}$/;

export const insistImageHash = (value: unknown, what: string): string => {
  if (typeof value !== 'string' || !SHA512.test(value)) {
    throw bad(`${what} must be a SHA-512 in hexadecimal digits`);
  }
  return value;
};

/** Characters of what an engine calls itself. */
const ENGINE_NAME = 200;

export const insistHeapImage = (value: unknown): HeapImage => {
  const { n, engine, base, bytes } = insistFields(value, 'an image of a heap');
  return {
    n: insistDeliveryNumber(n, 'n of an image'),
    engine: insistText(engine, 'the engine of an image', ENGINE_NAME),
    base: base === undefined ? undefined : insistImageHash(base, 'the base of an image'),
    bytes: insistBytes(bytes, 'the bytes of an image'),
  };
};
