import './shims.js';
import {
  CooperageError,
  insistKRef,
  insistModestAtOnce,
  isCooperageError,
  isKPromise,
  messageOf,
  type CapData,
  type KObject,
  type KPromise,
  type KRef,
} from '@cooperage/types';
import { makeMarshal } from '@endo/marshal';
import { Far } from '@endo/pass-style';
import { copyPassable, type KernelRef } from './passable.js';

export interface Codec {
  /** @throws {CooperageError} `BAD_ARGUMENT` */
  encode(value: unknown): CapData<KRef>;
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
  const marshal = makeMarshal<string>(
    (value: unknown) => krefOf(value as object) as string,
    (slot: string, iface?: string) => {
      if (isKPromise(slot)) return powers.promiseFor(slot);
      const ref = makeRef(slot as KObject, iface);
      made.push(ref);
      return ref;
    },
    { serializeBodyFormat: 'smallcaps', errorTagging: 'off', marshalName: 'host' },
  );

  /** The caller's value may be a proxy, or have one inside: what its traps throw is the caller's mistake. */
  const copyForeign = (value: unknown): unknown => {
    try {
      return copyPassable(value, (each) => krefs.has(each));
    } catch (thrown) {
      if (isCooperageError(thrown)) throw thrown;
      throw new CooperageError('BAD_ARGUMENT', `the value cannot be read: ${messageOf(thrown)}`);
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

  return {
    makeRef,
    krefOf,
    encode: (value) => {
      const copy = copyForeign(value);
      const { body, slots } = marshal.toCapData(copy as never);
      insistFits({ body, slots });
      return { body, slots: slots.map(insistKRef) };
    },
    decode: (data) => {
      made = [];
      const value: unknown = marshal.fromCapData({ body: data.body, slots: [...data.slots] });
      return { value, refs: made };
    },
  };
};
