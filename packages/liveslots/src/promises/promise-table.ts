/**
 * The promises that this vat and the kernel both know, which are never held
 * weakly: those that others decide (`imported`), and those that this vat
 * decides (`exported`). A promise is in neither once its resolution was told.
 */
import { makeError, X } from '@endo/errors';
import { HandledPromise } from '@endo/eventual-send';
import type { VRef } from '@cooperage/types';

/** A promise that the kernel will settle, and the levers for it. */
export interface ImportedPromise {
  /** What user code holds: gets the vref. */
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export interface PromiseTable {
  readonly imported: Map<VRef, ImportedPromise>;
  readonly exported: Map<VRef, Promise<unknown>>;
  /** True if the kernel knows this promise now. */
  has(vpid: VRef): boolean;
}

export const makePromiseTable = (): PromiseTable => {
  const imported = new Map<VRef, ImportedPromise>();
  const exported = new Map<VRef, Promise<unknown>>();
  return { imported, exported, has: (vpid) => imported.has(vpid) || exported.has(vpid) };
};

/**
 * Sends a message and returns the promise for its answer. `answer` is what the sender was given for it;
 * undefined if the sender wants none (`E.sendOnly`).
 */
export type Send = (
  target: VRef,
  method: unknown,
  args: readonly unknown[],
  answer: Promise<unknown> | undefined,
) => Promise<unknown> | undefined;

/** A promise whose messages go to `vpid` until it is settled. */
export const makePipelinedPromise = (vpid: VRef, send: Send): ImportedPromise => {
  let pending = true;
  const insistPending = (): void => {
    if (!pending) throw makeError(X`a message to a settled promise must go to its resolution`);
  };
  let levers: Pick<ImportedPromise, 'resolve' | 'reject'> | undefined;
  const promise = new HandledPromise<unknown>(
    (resolve, reject) => {
      levers = { resolve, reject };
    },
    {
      applyMethod(_promise, method, args, answer) {
        insistPending();
        return send(vpid, method, args, answer);
      },
      applyFunction(_promise, args, answer) {
        insistPending();
        return send(vpid, undefined, args, answer);
      },
      get(target, property) {
        insistPending();
        // There is no message for reading a property: wait for the object.
        return target.then((object) => (object as Record<PropertyKey, unknown>)[property]);
      },
    },
  );
  const { resolve, reject } = levers as unknown as ImportedPromise;
  return {
    promise,
    resolve(value) {
      pending = false;
      resolve(value);
    },
    reject(reason) {
      pending = false;
      reject(reason);
    },
  };
};
