import './shims.js';
import {
  addErrorParts,
  AT_ONCE,
  CooperageError,
  errorNameOf,
  type ErrorPowers,
  finishWork,
  insistKRef,
  insistModestAtOnce,
  isCooperageError,
  isError,
  isKPromise,
  messageOf,
  type CapData,
  type KObject,
  type KPromise,
  type KRef,
  makePace,
  type Pace,
  type Work,
} from '@cooperage/types';
import { makeMarshal } from '@endo/marshal';
import { types } from 'node:util';
import { isRemotable } from './references/exported-object.js';
import type { NameOf } from './references/host-exports.js';
import { propertyOfPromise } from './copied-kinds.js';
import { decodeInSlices } from './decode-data.js';
import { copyError, copyPassable, originalOf, pathOf, type KernelRef } from './passable.js';
import type { Presences } from './references/presences.js';
import { completeError, errorIdOf, escapeText } from './rejections/received-errors.js';

/** A value as it is written down, with the host's own values where the kernel has krefs. */
export interface Encoded {
  readonly body: string;
  readonly slots: readonly object[];
}

export interface Codec {
  /**
   * @param path how errors name the value
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  encode(value: unknown, path?: string): Encoded;
  /**
   * What was thrown, or a promise was rejected with: of an error what can be copied, whatever else it has.
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  encodeReason(value: unknown): Encoded;
  /**
   * What a message carries: its method, and in one array its arguments.
   * @param method undefined calls the object itself
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  encodeMessage(method: string | undefined, args: readonly unknown[]): Encoded;
  /** The value, and the references that were made for it. */
  decode(data: CapData<KRef>): Decoded;
  /** The same in slices. */
  decodeInSlices(data: CapData<KRef>): Work<Decoded>;
}

export interface Decoded {
  readonly value: unknown;
  readonly refs: readonly KernelRef[];
}

export interface CodecPowers {
  readonly presences: Presences;
  /** An object or a promise of the host's own that comes back. */
  readonly findOwn: (kref: KRef) => object | undefined;
  /** A host promise for a kernel promise that came as data. */
  readonly promiseFor: (kp: KPromise) => Promise<unknown>;
}

/** The same with krefs, in an input: what has no name yet gets one. */
export const withNames = ({ body, slots }: Encoded, nameOf: NameOf): CapData<KRef> => ({
  body,
  slots: slots.map(nameOf),
});

/** `@endo/marshal` refuses a promise of the host's own that is not frozen, and it is not ours to freeze. */
const frozenOf = (value: object): object => {
  if (!types.isPromise(value) || Object.isFrozen(value)) return value;
  const follower = value.then();
  // The recipient may look at it or not.
  follower.catch(() => undefined);
  return Object.freeze(follower);
};

/** Units of work in a slice of decoding: half a millisecond or so. */
const SLICE = 100;

/** Between the host's values and capdata. */
export const makeCodec = ({ presences, findOwn, promiseFor }: CodecPowers): Codec => {
  /** What stands for a promise while it is encoded: marshalling would have the caller's own frozen. */
  const promises = new WeakMap<object, object>();
  let standIns = new Map<object, object>();

  const standInFor = (promise: object): object => {
    const known = standIns.get(promise);
    if (known !== undefined) return known;
    const standIn = Object.freeze(new Promise<never>(() => undefined));
    promises.set(standIn, promise);
    standIns.set(promise, standIn);
    return standIn;
  };

  const referenceFor = (value: object, path: string): object | undefined => {
    const prototype = Object.getPrototypeOf(value) as object | null;
    // Most values: what is passed by reference has a prototype of its own.
    if (prototype === Array.prototype || prototype === Object.prototype) return undefined;
    if (types.isPromise(value)) {
      const extra = propertyOfPromise(value);
      if (extra === undefined) return standInFor(value);
      throw new CooperageError(
        'BAD_ARGUMENT',
        `${pathOf(path, extra)} is a property of a promise, of which only the result is passed: pass promise.then()`,
      );
    }
    if (presences.krefOf(value) !== undefined) return value;
    try {
      return isRemotable(value) ? value : undefined;
    } catch (thrown) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        `${path} cannot be passed by reference: ${messageOf(thrown)}`,
        { cause: thrown },
      );
    }
  };

  let lastError = 0;
  /** The errors of the value that is being encoded. */
  let sent = new Map<unknown, Error>();
  /** What the slots of the data that is being decoded stand for, and what was made for them. */
  const newDecoding = () => ({ found: new Map<string, object>(), made: [] as KernelRef[] });
  let decoding = newDecoding();

  const findSlot = (slot: KRef, iface: string | undefined): object => {
    const own = findOwn(slot);
    if (own !== undefined) return own;
    if (isKPromise(slot)) return promiseFor(slot);
    const ref = presences.provide(slot as KObject, iface);
    decoding.made.push(ref);
    return ref;
  };

  const valueOfSlot = (named: string, iface?: string): object => {
    const known = decoding.found.get(named);
    if (known !== undefined) return known;
    // A body may name a slot that is not there.
    const value = findSlot(insistKRef(named), iface);
    decoding.found.set(named, value);
    return value;
  };

  const marshal = makeMarshal<string>(
    // The values themselves: the kernel has names for them when they are sent.
    (value: unknown) => value as string,
    (named: string, iface?: string) => frozenOf(valueOfSlot(named, iface)),
    {
      serializeBodyFormat: 'smallcaps',
      marshalName: 'host',
      // The ids tell which error is where, and are left out again: the host keeps no log of what it sends.
      errorIdNum: lastError,
      marshalSaveError: (copy) => {
        lastError += 1;
        sent.set(`error:host#${lastError}`, originalOf(copy) ?? copy);
      },
    },
  );

  /** The caller's value may be a proxy, or have one inside: what its traps throw is the caller's mistake. */
  const copyForeign = (value: unknown, path: string, depth: number, isReason = false): unknown => {
    try {
      return copyPassable(value, referenceFor, { path, depth, isReason });
    } catch (thrown) {
      if (isCooperageError(thrown)) throw thrown;
      throw new CooperageError('BAD_ARGUMENT', `${path} cannot be read: ${messageOf(thrown)}`);
    }
  };

  /** What a vat may not send either: it could not be passed on. */
  const insistFits = (body: string, slots: readonly object[]): void => {
    try {
      insistModestAtOnce([{ body, slots: slots.map((_, i) => `ko${i}`) }]);
    } catch (thrown) {
      throw new CooperageError('BAD_ARGUMENT', messageOf(thrown), { cause: thrown });
    }
  };

  /** Errors keep their names, and the id that a vat gave them. */
  const errorPowers: ErrorPowers = {
    originalOf: (encoded) => {
      const original = sent.get(encoded.errorId);
      delete encoded.errorId;
      if (original === undefined) return undefined;
      const name = errorNameOf(original);
      if (name !== undefined) encoded.name = escapeText(name);
      const errorId = errorIdOf(original);
      if (errorId !== undefined) encoded.errorId = escapeText(errorId);
      return original;
    },
    isError,
    bodyOf: (error) => marshal.toCapData(copyError(error, 'the error') as never).body,
  };

  const marshalCopy = (copy: unknown): Encoded => {
    sent = new Map();
    standIns = new Map();
    const marshalled = marshal.toCapData(copy as never);
    const slots = (marshalled.slots as unknown as readonly object[]).map(
      (slot) => promises.get(slot) ?? slot,
    );
    const body = sent.size === 0 ? marshalled.body : addErrorParts(marshalled.body, errorPowers);
    insistFits(body, slots);
    return { body, slots };
  };

  const readAlone = (data: CapData<KRef>): unknown =>
    marshal.fromCapData({ body: data.body, slots: [...data.slots] });

  const readValue = function* (data: CapData<KRef>, pace: Pace): Work<unknown> {
    const { body, slots } = data;
    // Liveslots of the caller may have another encoding.
    if (!body.startsWith('#')) return readAlone(data);
    const readPart = (part: unknown): unknown =>
      readAlone({ body: `#${JSON.stringify(part)}`, slots });
    return yield* decodeInSlices(
      data,
      {
        valueOf: valueOfSlot,
        readPart,
        readError: (alone, parts) => completeError(alone, readPart(alone) as Error, parts),
      },
      pace,
    );
  };

  const pace = makePace(SLICE);

  const decode = function* (data: CapData<KRef>, pace: Pace): Work<Decoded> {
    const mine = newDecoding();
    const work = readValue(data, pace);
    for (;;) {
      // Other data may be decoded between two slices.
      decoding = mine;
      const step = work.next();
      if (step.done === true) return { value: step.value, refs: mine.made };
      yield;
    }
  };

  return {
    encode: (value, path = 'the value') => marshalCopy(copyForeign(value, path, 0)),
    encodeReason: (value) => marshalCopy(copyForeign(value, 'the value', 0, true)),
    encodeMessage: (method, args) =>
      marshalCopy(Object.freeze([copyForeign(method, 'method', 1), copyForeign(args, 'args', 1)])),
    decode: (data) => finishWork(decode(data, AT_ONCE)),
    decodeInSlices: (data) => decode(data, pace),
  };
};
