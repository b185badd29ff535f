/** The host's references to objects of vats, and their types. */
import type { RemotableBrand } from '@endo/eventual-send';

type Method = (...args: never[]) => unknown;

/** What is passed as a copy, whatever it contains. */
type Copied = undefined | null | boolean | number | bigint | string | symbol | Error | Uint8Array;

/** Whether a type is that of an object which is passed by reference: it has methods and nothing else. */
type HasMethods<T> = [keyof T] extends [never]
  ? false
  : T extends readonly unknown[]
    ? false
    : { [K in keyof T]: T[K] extends Method ? true : false }[keyof T] extends true
      ? true
      : false;

/** What the host gets where a vat's method gives a `T`: references in place of the objects in it. */
export type Received<T> = 0 extends 1 & T
  ? unknown
  : unknown extends T
    ? unknown
    : T extends Copied
      ? T
      : T extends RemotableBrand<infer _Local, infer Primary>
        ? KernelRef<Primary>
        : T extends PromiseLike<infer U>
          ? Promise<Received<U>>
          : T extends Method
            ? KernelRef<T>
            : T extends object
              ? HasMethods<T> extends true
                ? KernelRef<T>
                : { readonly [K in keyof T]: Received<T[K]> }
              : T;

/** What the host may send where a vat's method takes a `T`: the object itself, a reference to one, or a promise. */
export type Sendable<T> = 0 extends 1 & T
  ? unknown
  : unknown extends T
    ? unknown
    : T extends Copied
      ? T
      : T extends RemotableBrand<infer _Local, infer Primary>
        ? T | KernelRef<Primary>
        : T extends PromiseLike<infer U>
          ? PromiseLike<Sendable<U>>
          : T extends Method
            ? T | KernelRef<T>
            : T extends object
              ? HasMethods<T> extends true
                ? T | KernelRef<T> | PromiseLike<T | KernelRef<T>>
                : { readonly [K in keyof T]: Sendable<T[K]> }
              : T;

type SendableList<T extends readonly unknown[]> = { [K in keyof T]: Sendable<T[K]> };

type RemoteMethod<T> = T extends (...args: infer Args) => infer Result
  ? (...args: SendableList<Args>) => Promise<Received<Awaited<Result>>>
  : never;

/** The methods of an object of a vat as the host calls them with `E()`. */
export type Remote<T> = T extends Method
  ? RemoteMethod<T>
  : { readonly [K in keyof T as T[K] extends Method ? K : never]: RemoteMethod<T[K]> };

/** The type of an object without declared methods: it has any method, with any answer. */
export type AnyMethods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

export interface KernelRefMethods {
  /** Sends a message at once, and not a turn later as `E()` does; otherwise the same. */
  send(method: string, args?: readonly unknown[]): Promise<unknown>;
  /** Keeps the reference beyond the call that it came with: each `retain` needs a `release`. */
  retain(): void;
  /** Lets go of it. What was received or retained several times is released as often; once more changes nothing. */
  release(): void;
  /** The kernel's name of it, for people. */
  kref(): string;
}

/**
 * The host's reference to an object of a vat, `E(ref).method(...)`. There is one for each object, so that `===` tells whether two
 * are the same. It keeps the object alive until it is released or the kernel is closed, and in `arrival` order until the
 * host's engine collects it. Those that come as arguments of a call are released when the call is answered, unless they are retained.
 */
export type KernelRef<T = AnyMethods> = KernelRefMethods &
  RemotableBrand<KernelRefMethods, Remote<T>>;
