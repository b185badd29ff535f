/** Data for a kernel that runs elsewhere: values become capdata here, and answers become values. */
import { type CapData, CooperageError, type KPromise, type KRef } from '@cooperage/types';
import { makeCodec } from '../host/codec.js';
import type { EventualTarget } from '../host/references/eventual-target.js';
import { makePresences } from '../host/references/presences.js';

export interface OutsideCodec {
  /** @throws {CooperageError} `BAD_ARGUMENT` for what cannot be passed to a vat from outside */
  encode(value: unknown, path: string): CapData;
  decode(data: CapData): unknown;
  /** What stands for an object of the kernel; undefined for anything else. */
  krefOf(value: object): string | undefined;
}

export interface OutsideCodecPowers {
  readonly send: EventualTarget['send'];
  /** Whether it is the root object of a vat. */
  readonly isRoot: (kref: string) => boolean;
  /** What stands for a promise that came in an answer. */
  readonly promiseFor: (kp: KPromise) => Promise<unknown>;
}

const refuse = (what: string): never => {
  throw new CooperageError('BAD_ARGUMENT', what);
};

/** References of this codec name objects of the kernel; the caller's own objects and promises cannot be passed. */
export const makeOutsideCodec = ({
  send,
  isRoot,
  promiseFor,
}: OutsideCodecPowers): OutsideCodec => {
  const kps = new WeakMap<object, KPromise>();
  const promises = new Map<KPromise, Promise<unknown>>();
  const presences = makePresences({
    send,
    isRoot,
    retain: () => undefined,
    release: () => undefined,
    collects: false,
  });
  const provide = (kp: KPromise): Promise<unknown> => {
    const made = promises.get(kp) ?? Object.freeze(promiseFor(kp));
    promises.set(kp, made);
    kps.set(made, kp);
    return made;
  };
  const codec = makeCodec({ presences, findOwn: () => undefined, promiseFor: provide });
  const nameOf = (slot: object, path: string): string => {
    const known = presences.krefOf(slot);
    if (known !== undefined) return known;
    return kps.has(slot)
      ? refuse(`${path}: this promise of a vat is not settled: await it, and pass its value`)
      : refuse(
          `${path}: an object, a function or a promise of this program cannot be passed to a kernel in another process; pass data, references from answers of vats, or the value of a promise`,
        );
  };
  return {
    encode: (value, path) => {
      const { body, slots } = codec.encode(value, path);
      return { body, slots: slots.map((slot) => nameOf(slot, path) as KRef) };
    },
    decode: ({ body, slots }) => codec.decode({ body, slots: slots as readonly KRef[] }).value,
    krefOf: (value) => presences.krefOf(value) ?? kps.get(value),
  };
};

const noSending = (): never => refuse('references cannot be used outside the kernel');
const plain = makeOutsideCodec({
  send: noSending,
  isRoot: () => false,
  promiseFor: noSending,
});

/**
 * Values without references.
 * @throws {CooperageError} `BAD_ARGUMENT` for what cannot be passed to a vat
 */
export const encodeOutside = (value: unknown, path: string): CapData => plain.encode(value, path);
