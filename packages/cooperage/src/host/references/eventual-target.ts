/** What `E()` does with an object or a promise of the kernel. */
import { CooperageError, type KRef } from '@cooperage/types';
import type { EHandler } from '@endo/eventual-send';

export interface EventualTarget {
  /** The kernel's name of it; a promise for that where the message that makes it is on its way into the kernel. */
  readonly kref: () => KRef | Promise<KRef>;
  /**
   * @param method undefined calls the object itself
   * @param returned the promise that `E()` has made for the answer
   */
  readonly send: (
    target: KRef | Promise<KRef>,
    method: string | undefined,
    args: readonly unknown[],
    returned?: Promise<unknown>,
  ) => Promise<unknown>;
}

const refuse = (what: string): never => {
  throw new CooperageError('BAD_ARGUMENT', what);
};

const nameOf = (method: PropertyKey | undefined): string | undefined =>
  typeof method === 'symbol'
    ? refuse(`E().[${method.toString()}](): the name of a method must be a string`)
    : method === undefined
      ? undefined
      : String(method);

/** The handler with which `@endo/eventual-send` knows what stands for something in the kernel. */
export const handlerFor = <T>({ kref, send }: EventualTarget): EHandler<T> => ({
  get: (_target, name) =>
    refuse(
      `E.get(): vats have no properties that can be read, such as "${String(name)}": call a method`,
    ),
  applyMethod: (_target, method, args, returned) => send(kref(), nameOf(method), args, returned),
  applyFunction: (_target, args, returned) => send(kref(), undefined, args, returned),
});
