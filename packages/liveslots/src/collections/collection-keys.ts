/**
 * Keys of collections as keys of the vatstore. Their text sorts as the values
 * do: strings by code unit, numbers by size; references by an ordinal, which
 * each one gets when it first becomes a key.
 */
import { makeError, X } from '@endo/errors';
import type { VRef } from '@cooperage/types';
import { makeDecodePassable, makeEncodePassable } from '../endo.js';
import { encodeReference, referenceOf } from './collection-entry.js';

export interface CollectionKeys {
  /** As a key that can be stored. */
  readonly encode: (key: unknown) => string;
  /** Of any length: for the bounds of a walk. */
  readonly encodeAny: (key: unknown) => string;
  readonly decode: (encoded: string) => unknown;
}

/** An encoded key is shorter than this. */
const MAX_LENGTH = 220;

/** How `@endo/marshal` marks a string; its text follows unchanged. */
const STRING = 's';

/**
 * @param ordinalOf the ordinal of a reference that is a key, as text
 */
export const makeCollectionKeys = (
  vrefOf: (value: object) => VRef,
  valueOf: (vref: VRef) => object,
  ordinalOf: (vref: VRef) => string | undefined,
): CollectionKeys => {
  const encodePassable = makeEncodePassable({
    encodeRemotable: (remotable: object) => {
      const vref = vrefOf(remotable);
      const ordinal = ordinalOf(vref);
      if (ordinal === undefined) throw makeError(X`no ordinal for ${vref}`);
      return encodeReference(ordinal, vref);
    },
  });
  const decodePassable = makeDecodePassable({
    decodeRemotable: (encoded: string) => valueOf(referenceOf(encoded)),
  });
  const encodeAny = (key: unknown): string =>
    typeof key === 'string' ? `${STRING}${key}` : encodePassable(key);
  return {
    encodeAny,
    encode(key) {
      const encoded = encodeAny(key);
      if (encoded.length >= MAX_LENGTH) throw makeError(X`key too large`);
      return encoded;
    },
    decode: (encoded) => (encoded.startsWith(STRING) ? encoded.slice(1) : decodePassable(encoded)),
  };
};
