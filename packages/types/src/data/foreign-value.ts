/**
 * Text for values that come from elsewhere: what a service threw, what a vat rejected with, what a host passed in.
 * `String(value)`, `${value}`, `value.message` and `value instanceof Error` run code of the value (a getter, a
 * `toString`, a proxy's trap), which may throw, and are refused by a rule of this repository. These functions take
 * any value and never throw.
 */
import { clip } from './clip.js';

/** Looks at a value whose own code may run meanwhile: what that code throws is not an answer. */
const attempt = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};

const { getOwnPropertyDescriptor, getPrototypeOf } = Reflect;

/** `Error.isError`, where the engine has it: it asks nothing of the value. */
const hasErrorData = (Error as { readonly isError?: (value: unknown) => boolean }).isError;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** The property, or undefined where it cannot be read. */
const read = (value: unknown, key: 'code' | 'message' | 'name' | 'stack' | 'cause'): unknown =>
  isObject(value) ? attempt(() => (value as Record<string, unknown>)[key]) : undefined;

/** The property where it is a string that can be read, whole: clip it before it is shown. */
const readText = (value: unknown, key: Parameters<typeof read>[1]): string | undefined => {
  const text = read(value, key);
  return typeof text === 'string' ? text : undefined;
};

/** `value instanceof made`, of any value. */
export const isInstance = <Made>(
  value: unknown,
  made: abstract new (...args: never[]) => Made,
): value is Made => isObject(value) && attempt(() => value instanceof made) === true;

/** An error: of this realm or another, or an object that inherits from one. */
export const isError = (value: unknown): value is Error =>
  isObject(value) &&
  ((hasErrorData !== undefined && attempt(() => hasErrorData(value)) === true) ||
    isInstance(value, Error));

/** A promise, or another object with a method `then`. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  isObject(value) &&
  attempt(() => typeof (value as { readonly then?: unknown }).then === 'function') === true;

const LONGEST_NAME = 80;

/** The name of the class that an object was made by, as the prototype tells it without running code. */
const classNameOf = (prototype: object): string | undefined => {
  const made = getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown;
  if (typeof made !== 'function') return undefined;
  const name = getOwnPropertyDescriptor(made, 'name')?.value as unknown;
  return typeof name === 'string' && name !== '' ? clip(name, LONGEST_NAME) : undefined;
};

const describeObject = (value: object): string =>
  attempt(() => {
    if (Array.isArray(value)) return 'an array';
    const prototype = getPrototypeOf(value);
    if (prototype === null) return 'an object without a prototype';
    if (prototype === Object.prototype) return 'a plain object';
    const name = classNameOf(prototype);
    if (name === 'Object') return 'a plain object';
    return name === undefined ? 'an object of an unnamed class' : `an instance of ${name}`;
  }) ?? 'an object that cannot be examined';

/** What kind of thing a value is: `a function`, `an instance of Map`, `undefined`. */
export const describeValue = (value: unknown): string => {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return `a ${typeof value}`;
  }
};

/** Decimal digits of larger ones take time that grows faster than their number. */
const LARGE = 2n ** 256n;

const textOfBigint = (value: bigint): string =>
  -LARGE < value && value < LARGE ? `${value}` : 'a bigint of more than 77 digits';

const textOfPrimitive = (value: unknown): string | undefined => {
  switch (typeof value) {
    case 'string':
      return clip(value);
    case 'bigint':
      return textOfBigint(value);
    case 'symbol':
      return clip(value.toString());
    case 'undefined':
    case 'number':
    case 'boolean':
      return `${value}`;
    default:
      return value === null ? 'null' : undefined;
  }
};

/** The text of whatever was thrown: the message of an error, a primitive as text, or what kind of thing it is. */
export const messageOf = (thrown: unknown): string => {
  const text = textOfPrimitive(thrown);
  if (text !== undefined) return text;
  const message = readText(thrown, 'message');
  if (message !== undefined && message !== '') return clip(message);
  if (isError(thrown)) return clip(readText(thrown, 'name') || 'Error', LONGEST_NAME);
  return `a value that is not an error was thrown: ${describeValue(thrown)}`;
};

/** The message of an error, whole; undefined where it has none that can be read. */
export const errorMessageOf = (error: Error): string | undefined => readText(error, 'message');

/** The name of an error, such as `TypeError`; undefined where it has none that can be read. */
export const errorNameOf = (thrown: unknown): string | undefined => {
  const name = readText(thrown, 'name');
  return name === undefined ? undefined : clip(name, LONGEST_NAME);
};

/** The code of an error, where it is a string. */
export const codeOf = (thrown: unknown): string | undefined => readText(thrown, 'code');

/** The code of an error, where it is a string or, as those of native libraries are, a number. */
export const systemCodeOf = (thrown: unknown): string | number | undefined => {
  const code = read(thrown, 'code');
  return typeof code === 'number' ? code : codeOf(thrown);
};

/** The stack of an error, where it has one. */
export const stackOf = (thrown: unknown): string | undefined => {
  const stack = readText(thrown, 'stack');
  return stack === undefined ? undefined : clip(stack);
};

/** The error behind an error; undefined where there is none, or where it cannot be read. */
export const causeOf = (thrown: unknown): unknown => read(thrown, 'cause');

/** What was thrown if it is an error whose message can be read, or else an error that says what it is. */
export const asError = (thrown: unknown): Error =>
  isError(thrown) && errorMessageOf(thrown) !== undefined ? thrown : new Error(messageOf(thrown));
