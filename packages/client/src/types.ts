/** The types of references that a client has to objects of vats. */
type Method = (...args: never[]) => unknown;
type Copied = undefined | null | boolean | number | bigint | string | Error | Uint8Array;

type HasMethods<T> = [keyof T] extends [never]
  ? false
  : T extends readonly unknown[]
    ? false
    : { [K in keyof T]: T[K] extends Method ? true : false }[keyof T] extends true
      ? true
      : false;

/** What a client receives if a vat's method returns a `T`: references in place of its objects. */
export type Received<T> = 0 extends 1 & T
  ? T
  : unknown extends T
    ? unknown
    : T extends Copied
      ? T
      : T extends PromiseLike<infer U>
        ? Promise<Received<U>>
        : T extends Method
          ? Remote<T>
          : T extends object
            ? HasMethods<T> extends true
              ? Remote<T>
              : { readonly [K in keyof T]: Received<T[K]> }
            : T;

/**
 * What a client may send if a vat's method takes a `T`: an object of its own, a reference, or an answer that has not
 * arrived.
 */
export type Sendable<T> = 0 extends 1 & T
  ? T
  : unknown extends T
    ? unknown
    : T extends Copied
      ? T
      : T extends object
        ? T | Remote<T> | PromiseLike<Received<T>> | { readonly [K in keyof T]: Sendable<T[K]> }
        : T;

type SendableList<T extends readonly unknown[]> = { [K in keyof T]: Sendable<T[K]> };

type RemoteMethod<T> = T extends (...args: infer Args) => infer Result
  ? (...args: SendableList<Args>) => RemotePromise<Awaited<Result>>
  : never;

/** The answer of a vat. Messages can be sent to it before it arrives. */
export type RemotePromise<T> = Promise<Received<T>> & (T extends object ? Remote<T> : unknown);

/** An object of a vat: `await bank.balance('ann')`. */
export type Remote<T> = T extends Method
  ? RemoteMethod<T>
  : 0 extends 1 & T
    ? T
    : { readonly [K in keyof T as T[K] extends Method ? K : never]: RemoteMethod<T[K]> };
