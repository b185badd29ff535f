import './shims.js';
import {
  addErrorParts,
  CooperageError,
  errorNameOf,
  type ErrorPowers,
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
} from '@cooperage/types';
import { makeMarshal } from '@endo/marshal';
import { Far } from '@endo/pass-style';
import { copyError, copyPassable, originalOf, type KernelRef } from './passable.js';
import { completeErrors, errorIdOf, escapeText } from './received-errors.js';

export interface Codec {
  /**
   * @param path how errors name the value
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  encode(value: unknown, path?: string): CapData<KRef>;
  /**
   * What a message carries: its method, and in one array its arguments.
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  encodeMessage(method: string, args: readonly unknown[]): CapData<KRef>;
  /** The value, and the references that were made for it. */
  decode(data: CapData<KRef>): { readonly value: unknown; readonly refs: readonly KernelRef[] };
  makeRef(kref: KObject, iface?: string): KernelRef;
  krefOf(ref: KernelRef): KRef | undefined;
}

export interface CodecPowers {
  send(kref: KObject, method: string, args: readonly unknown[]): Promise<unknown>;
  retain(kref: KRef): void;
  release(kref: KRef): void;
  /** A host promise for a kernel promise that came as data. */
  promiseFor(kp: KPromise): Promise<unknown>;
}

/** Between the host's values and capdata with krefs. */
export const makeCodec = (powers: CodecPowers): Codec => {
  const krefs = new WeakMap<object, KObject>();

  const makeRef = (kref: KObject, iface = 'Alleged: object'): KernelRef => {
    let holds = 0;
    const ref = Far(iface.replace(/^Alleged: /, ''), {
      kref: () => kref,
      send: (method: string, args: readonly unknown[] = []) => powers.send(kref, method, args),
      retain: () => {
        holds += 1;
        powers.retain(kref);
      },
      release: () => {
        if (holds === 0) return;
        holds -= 1;
        powers.release(kref);
      },
    } as never) as unknown as KernelRef;
    krefs.set(ref, kref);
    return ref;
  };

  const krefOf = (value: object): KObject | undefined => krefs.get(value);
  let made: KernelRef[] = [];
  let lastError = 0;
  /** The errors of the value that is being encoded. */
  let sent = new Map<unknown, Error>();
  const marshal = makeMarshal<string>(
    (value: unknown) => krefOf(value as object) as string,
    (slot: string, iface?: string) => {
      if (isKPromise(slot)) return powers.promiseFor(slot);
      const ref = makeRef(slot as KObject, iface);
      made.push(ref);
      return ref;
    },
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
  const copyForeign = (value: unknown, path: string, depth: number): unknown => {
    try {
      return copyPassable(value, (each) => krefs.has(each), { path, depth });
    } catch (thrown) {
      if (isCooperageError(thrown)) throw thrown;
      throw new CooperageError('BAD_ARGUMENT', `${path} cannot be read: ${messageOf(thrown)}`);
    }
  };

  /** What a vat may not send either: it could not be passed on. */
  const insistFits = (data: CapData): void => {
    try {
      insistModestAtOnce([data]);
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

  const marshalCopy = (copy: unknown): CapData<KRef> => {
    sent = new Map();
    const { body: bare, slots } = marshal.toCapData(copy as never);
    const body = sent.size === 0 ? bare : addErrorParts(bare, errorPowers);
    insistFits({ body, slots });
    return { body, slots: slots.map(insistKRef) };
  };

  return {
    makeRef,
    krefOf,
    encode: (value, path = 'the value') => marshalCopy(copyForeign(value, path, 0)),
    encodeMessage: (method, args) =>
      marshalCopy(Object.freeze([copyForeign(method, 'method', 1), copyForeign(args, 'args', 1)])),
    decode: (data) => {
      made = [];
      const value: unknown = marshal.fromCapData({ body: data.body, slots: [...data.slots] });
      return { value: completeErrors(data.body, value), refs: made };
    },
  };
};
