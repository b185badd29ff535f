/**
 * What a host sees of an error that a vat sent: the `name` that it had there, and the `errorId` under which its stack is on
 * the vat's console. `@endo/marshal` drops both, as an error may not bear them within a vat.
 */
import type { EncodedError } from '@cooperage/types';
import type { ErrorParts } from '../decode-data.js';

/** Smallcaps escapes strings that start with a character to which it gives a meaning. */
const unescape = (text: string): string => (text.startsWith('!') ? text.slice(1) : text);

export const escapeText = (text: string): string => (/^[!-,-]/.test(text) ? `!${text}` : text);

/** The errors that were made here, and their ids. */
const ids = new WeakMap<Error, string>();

/** The id of an error that came from a vat. */
export const errorIdOf = (error: Error): string | undefined => ids.get(error);

const define = (error: Error, key: string, value: unknown, enumerable: boolean): void => {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
};

const makeError = (decoded: Error): Error => {
  if (decoded instanceof AggregateError) return new AggregateError([], decoded.message);
  return new (decoded.constructor as ErrorConstructor)(decoded.message);
};

/**
 * @param decoded what `@endo/marshal` made of `encoded`
 * @param parts   what is behind it
 */
export const completeError = (
  encoded: EncodedError,
  decoded: Error,
  { cause, errors }: ErrorParts,
): Error => {
  const made = makeError(decoded);
  const name = unescape(encoded.name);
  if (name !== made.name) define(made, 'name', name, false);
  if (errors !== undefined) define(made, 'errors', errors, false);
  if (cause !== undefined) define(made, 'cause', cause, false);
  if (typeof encoded.errorId === 'string') {
    const errorId = unescape(encoded.errorId);
    define(made, 'errorId', errorId, true);
    ids.set(made, errorId);
  }
  return Object.freeze(made);
};

/**
 * Says more about an error that came out of the kernel, in a copy where it is frozen. `errorId` is remembered, so that
 * a vat to which the error is passed on is told the same.
 */
export const markError = (
  error: Error,
  marks: Readonly<Record<string, unknown>> & { readonly errorId: string },
): Error => {
  let marked = error;
  if (Object.isFrozen(error)) {
    marked = makeError(error);
    for (const key of ['name', 'errors', 'cause']) {
      const own = Object.getOwnPropertyDescriptor(error, key);
      if (own !== undefined) define(marked, key, own.value, false);
    }
  }
  for (const [key, value] of Object.entries(marks)) define(marked, key, value, true);
  ids.set(marked, marks.errorId);
  return Object.freeze(marked);
};
