/**
 * Capdata to values. The mirror image of the encoder: plain data and
 * references are built in one walk, frozen as they are built; the rest is left
 * to `@endo/marshal`, which starts over.
 */
import { makeMarshal } from '../endo.js';
import { type CapData, parseSlotText, type VRef } from '@cooperage/types';

/** Makes values from capdata, and imports its references. */
export type Decode = (data: CapData<VRef>) => unknown;

/** Finds or makes the value that a slot names. `iface` is what the sender alleges it to be. */
export type ValueOf = (vref: VRef, iface: string | undefined) => object;

const HASH = '#'.charCodeAt(0);
const BANG = '!'.charCodeAt(0);
const DASH = '-'.charCodeAt(0);
/** Thrown and caught in this file only: the walk met something that it leaves to `@endo/marshal`. */
const LEAVE = new Error('left to marshal');

const { freeze } = Object;
const { isArray } = Array;

export const makeDecode = (valueOf: ValueOf): Decode => {
  const marshal = makeMarshal<VRef>(undefined, valueOf);

  const slotValue = (
    encoded: string,
    slots: readonly VRef[],
    seen: (object | undefined)[],
  ): object => {
    const reference = parseSlotText(encoded);
    // An index has no zeros before it.
    const isPadded = encoded[1] === '0' && encoded.length > 2 && encoded[2] !== '.';
    if (reference === undefined || isPadded) throw LEAVE;
    const { index, iface } = reference;
    const vref = slots[index];
    // A sigil must be the truth about its slot: `&` for promises, `$` for everything else.
    if (vref === undefined || (encoded[0] === '&') !== (vref[0] === 'p')) throw LEAVE;
    const known = seen[index];
    if (known !== undefined) return known;
    const value = valueOf(vref, iface);
    seen[index] = value;
    return value;
  };

  const special = (
    encoded: string,
    slots: readonly VRef[],
    seen: (object | undefined)[],
  ): unknown => {
    switch (encoded[0]) {
      case '!':
        return encoded.slice(1);
      case '$':
      case '&':
        return slotValue(encoded, slots, seen);
      case '#':
        if (encoded === '#undefined') return undefined;
        throw LEAVE;
      case '+':
      case '-':
        return BigInt(encoded);
      default:
        throw LEAVE;
    }
  };

  const revive = (
    encoded: unknown,
    slots: readonly VRef[],
    seen: (object | undefined)[],
  ): unknown => {
    if (typeof encoded === 'string') {
      const code = encoded.charCodeAt(0);
      return code >= BANG && code <= DASH ? special(encoded, slots, seen) : encoded;
    }
    if (typeof encoded !== 'object' || encoded === null) return encoded;
    if (isArray(encoded)) {
      for (let i = 0; i < encoded.length; i += 1) {
        encoded[i] = revive(encoded[i], slots, seen);
      }
      return freeze(encoded);
    }
    // JSON.parse made this record, and no other code has it: it becomes the result, in place.
    const record = encoded as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      const code = key.charCodeAt(0);
      if ((code >= BANG && code <= DASH) || key === '__proto__' || key === 'then') throw LEAVE;
      const value = revive(record[key], slots, seen);
      // A record with functions among its values is not plain data.
      if (typeof value === 'function') throw LEAVE;
      record[key] = value;
    }
    return freeze(record);
  };

  return (data) => {
    const { body, slots } = data;
    if (body.charCodeAt(0) === HASH) {
      try {
        return revive(JSON.parse(body.slice(1)), slots, []);
      } catch (thrown) {
        if (thrown !== LEAVE) throw thrown;
      }
    }
    return marshal.fromCapData(data);
  };
};
