/**
 * What a host sees of an error that a vat sent: the `name` that it had there, and the `errorId` under which its stack is on
 * the vat's console. `@endo/marshal` drops both, as an error may not bear them within a vat.
 */
import { type EncodedError, isEncodedError } from '@cooperage/types';
import { bytesOf, BYTES_TAG } from '../bytes.js';

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

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const makeError = (decoded: Error): Error => {
  if (decoded instanceof AggregateError) return new AggregateError([], decoded.message);
  return new (decoded.constructor as ErrorConstructor)(decoded.message);
};

const completeError = (encoded: EncodedError, decoded: Error): Error => {
  const made = makeError(decoded);
  const name = unescape(encoded.name);
  if (name !== made.name) define(made, 'name', name, false);
  const { errors } = decoded as { readonly errors?: unknown };
  if (Array.isArray(errors)) define(made, 'errors', complete(encoded.errors, errors), false);
  if (decoded.cause !== undefined) {
    define(made, 'cause', complete(encoded.cause, decoded.cause), false);
  }
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

interface Tagged {
  readonly '#tag': string;
}

/** Of tagged data only bytes are something else to the host. */
const completeTagged = (encoded: Tagged, decoded: object): unknown =>
  encoded['#tag'] === BYTES_TAG
    ? (bytesOf((decoded as { readonly payload?: unknown }).payload) ?? decoded)
    : decoded;

/** `decoded` is what `@endo/marshal` made of `encoded`: the same tree, which is copied on the way to errors only. */
const complete = (encoded: unknown, decoded: unknown): unknown => {
  if (!isObject(encoded) || !isObject(decoded)) return decoded;
  if (isEncodedError(encoded)) return completeError(encoded, decoded as Error);
  if (Array.isArray(encoded)) {
    const made = encoded.map((each, i) => complete(each, (decoded as readonly unknown[])[i]));
    return made.every((each, i) => each === (decoded as readonly unknown[])[i])
      ? decoded
      : Object.freeze(made);
  }
  if (Object.hasOwn(encoded, '#tag')) return completeTagged(encoded as Tagged, decoded);
  const record = decoded as Readonly<Record<string, unknown>>;
  const made = Object.entries(encoded).map(([key, each]): [string, unknown] => {
    const name = unescape(key);
    return [name, complete(each, record[name])];
  });
  return made.every(([name, each]) => each === record[name])
    ? decoded
    : Object.freeze(Object.fromEntries(made));
};

/**
 * @param body    smallcaps
 * @param decoded what `@endo/marshal` made of it
 */
export const completeDecoded = (body: string, decoded: unknown): unknown =>
  body.startsWith('#') && (body.includes('"#error"') || body.includes('"#tag"'))
    ? complete(JSON.parse(body.slice(1)), decoded)
    : decoded;
