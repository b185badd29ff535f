/** A message that comes as capdata from outside, and the answer as capdata. */
import {
  CooperageError,
  insistCapData,
  insistModestAtOnce,
  isKObject,
  messageOf,
} from '@cooperage/types';
import { types } from 'node:util';
import { withNames } from '../host/codec.js';
import type { KernelRef } from '../host/passable.js';
import type { ControlParts } from './parts.js';

/** References that a client holds: they are let go of when it leaves. */
export interface HeldRefs {
  add(ref: KernelRef): void;
  /** A promise in an answer, by the kernel's name of it. */
  addPromise(kp: string, promise: Promise<unknown>): void;
  findPromise(kp: string): Promise<unknown> | undefined;
  releaseAll(): void;
}

export const makeHeldRefs = (): HeldRefs => {
  const held: KernelRef[] = [];
  const promises = new Map<string, Promise<unknown>>();
  return {
    add: (ref) => void held.push(ref),
    addPromise: (kp, promise) => void promises.set(kp, promise),
    findPromise: (kp) => promises.get(kp),
    releaseAll: () => {
      promises.clear();
      for (const ref of held.splice(0)) ref.release();
    },
  };
};

const badArgument = (message: string): CooperageError =>
  new CooperageError('BAD_ARGUMENT', message);

/**
 * Reads data from outside.
 * @throws {CooperageError} `BAD_ARGUMENT` for what is no data, or names an object that is not there
 */
export const readData = (
  { codec, runner }: ControlParts,
  given: unknown,
  what: string,
): unknown => {
  const { objects } = runner.core.kernel.tables;
  const data = insistCapData(given, (slot) => {
    if (typeof slot !== 'string' || !isKObject(slot) || objects.find(slot) === undefined) {
      throw badArgument(`${what}: there is no object ${JSON.stringify(slot)} in this kernel`);
    }
    return slot;
  });
  try {
    insistModestAtOnce([data]);
    const { value } = codec.decode(data);
    // A body may name a slot that is not there.
    codec.encode(value, what);
    return value;
  } catch (error) {
    throw badArgument(`${what}cannot be sent to a vat: ${messageOf(error)}`);
  }
};

/** Every reference in an answer. */
const refsIn = (value: unknown, isRef: (value: object) => boolean): KernelRef[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (isRef(value)) return [value as KernelRef];
  return Object.values(value).flatMap((each) => refsIn(each, isRef));
};

/** The answer as it is sent; its references are held for the client. */
export const sendableAnswer = (
  { codec, exports, presences, runner }: ControlParts,
  answer: unknown,
  held: HeldRefs,
): { readonly body: string; readonly slots: readonly string[] } => {
  const isRef = (value: object): boolean => presences.krefOf(value) !== undefined;
  for (const ref of refsIn(answer, isRef)) held.add(ref);
  const encoded = codec.encode(answer);
  const sent = runner.input(exports.naming((_host, nameOf) => withNames(encoded, nameOf)));
  encoded.slots.forEach((slot, i) => {
    if (types.isPromise(slot)) held.addPromise(sent.slots[i] as string, slot);
  });
  return sent;
};
