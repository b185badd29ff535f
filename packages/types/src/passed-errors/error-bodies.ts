/**
 * The errors behind an error: `@endo/marshal` reads `cause` and `errors` of an encoded error, and writes neither. This
 * adds them to what it wrote. Only errors may stand there, so what is not an error is replaced by one with its text.
 */
import { messageOf } from '../data/foreign-value.js';

/** Errors behind errors that one value may have: more are left out, and so is the rest of a cycle. */
const MOST_ERRORS = 64;
/** How many errors deep the last of them may be. */
const MOST_LEVELS = 8;
/** Characters of their bodies together: they must not make a value too large that would fit without them. */
const MOST_CHARACTERS = 100_000;

/** An error in a smallcaps body. Strings in it are escaped as all strings are. */
export type EncodedError = Record<string, unknown> & { '#error': string; name: string };

export interface ErrorPowers {
  /** The error that was encoded so. It may change what is written. */
  originalOf(encoded: EncodedError): Error | undefined;
  isError(value: unknown): value is Error;
  /** The body of an error alone. */
  bodyOf(error: Error): string;
}

const { hasOwn, values } = Object;
const { getOwnPropertyDescriptor } = Reflect;

export const isEncodedError = (node: object): node is EncodedError => hasOwn(node, '#error');

/** The value of an own data property; undefined for a getter, which is not asked, and where a proxy throws. */
const ownValue = (holder: object, key: string): unknown => {
  try {
    return getOwnPropertyDescriptor(holder, key)?.value;
  } catch {
    return undefined;
  }
};

/** The elements of an array, no more than there is room for. */
const elementsOf = (list: unknown, most: number): unknown[] => {
  let length: unknown;
  try {
    length = Array.isArray(list) ? ownValue(list, 'length') : undefined;
  } catch {
    // A proxy that was revoked.
  }
  if (typeof length !== 'number') return [];
  return Array.from({ length: Math.min(length, most) }, (_, i) =>
    ownValue(list as object, String(i)),
  );
};

/** @param body a smallcaps body, as `@endo/marshal` wrote it */
export const addErrorParts = (body: string, powers: ErrorPowers): string => {
  let left = MOST_ERRORS;
  let charactersLeft = MOST_CHARACTERS;

  const complete = (text: string, above: readonly Error[]): unknown => {
    const tree: unknown = JSON.parse(text.slice(1));
    const open: unknown[] = [tree];
    while (open.length > 0) {
      const node = open.pop();
      if (typeof node !== 'object' || node === null) continue;
      if (isEncodedError(node)) addParts(node, above);
      else for (const each of values(node)) open.push(each);
    }
    return tree;
  };

  /** Undefined for an error that cannot be read, that is above itself, or for which there is no room. */
  const encodePart = (part: unknown, above: readonly Error[]): unknown => {
    if (left === 0) return undefined;
    left -= 1;
    try {
      const error = powers.isError(part) ? part : new Error(messageOf(part));
      if (above.includes(error)) return undefined;
      const text = powers.bodyOf(error);
      if (text.length > charactersLeft) return undefined;
      charactersLeft -= text.length;
      return complete(text, above);
    } catch {
      return undefined;
    }
  };

  const addParts = (encoded: EncodedError, above: readonly Error[]): void => {
    const error = powers.originalOf(encoded);
    if (error === undefined || above.length >= MOST_LEVELS) return;
    const path = [...above, error];
    const cause = ownValue(error, 'cause');
    const causePart = cause === undefined ? undefined : encodePart(cause, path);
    if (causePart !== undefined) encoded.cause = causePart;
    const parts = elementsOf(ownValue(error, 'errors'), left)
      .map((each) => encodePart(each, path))
      .filter((part) => part !== undefined);
    if (parts.length > 0) encoded.errors = parts;
  };

  return `#${JSON.stringify(complete(body, []))}`;
};
