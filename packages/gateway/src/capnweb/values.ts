/** Between values of the host and what capnweb sends: references become stubs, and stubs become references. */
import { isError, messageOf } from '@cooperage/types';
import { HandledPromise } from '@endo/eventual-send';
import { passStyleOf, Remotable } from '@endo/pass-style';
import { RpcPromise, RpcStub } from 'capnweb';
import { types } from 'node:util';
import { refuse } from '../refusals.js';

export interface CapnwebValues {
  toWire(value: unknown): unknown;
  /** @throws {CooperageError} `GATEWAY_PROTOCOL` for what no vat can be sent */
  fromWire(value: unknown): unknown;
}

export interface CapnwebValuesPowers {
  /** Surrounds each call of a client. */
  readonly begin: () => () => void;
}

/** As much of a stub as is used here: every name is a method of the other side. */
interface Stub {
  (...args: unknown[]): PromiseLike<unknown>;
  [method: string]: (...args: unknown[]) => PromiseLike<unknown>;
}

const ownerOf = (stub: Stub): { dup(): Stub } & Disposable => stub as never;

/** Reached only by the gateway itself, and in the same turn: whether a stub is one that it gave out. */
const PROBE = 'cooperage:reference';
let probed: object | undefined;

/** The stubs behind the presences that vats are given of a client's objects. */
const stubs = new WeakMap<object, Stub>();
const disposals = new FinalizationRegistry<Stub>((stub) => ownerOf(stub)[Symbol.dispose]());

const ignore = (): void => undefined;

/** Data that comes back is nested no deeper than the gateway's codec can copy it. */
const DEEPEST = 200;

const referenceBehind = (stub: Stub): object | undefined => {
  probed = undefined;
  const answer = stub[PROBE]?.();
  answer?.then(ignore, ignore);
  const found = probed;
  probed = undefined;
  return found;
};

const isRemotable = (value: object): boolean => {
  try {
    return (passStyleOf(value as never) as string) === 'remotable';
  } catch {
    return false;
  }
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Of an error only its name, message and codes go out. */
const errorToWire = (error: Error): Error => {
  const { code, allegedCode, errorId } = error as Error & Record<string, unknown>;
  const sent = new Error(messageOf(error));
  sent.name = error.name;
  const marks = Object.entries({ code, allegedCode, errorId });
  return Object.assign(
    sent,
    Object.fromEntries(marks.filter(([, mark]) => typeof mark === 'string')),
  );
};

export const makeCapnwebValues = ({ begin }: CapnwebValuesPowers): CapnwebValues => {
  const proxies = new WeakMap<object, object>();
  const presences = new WeakMap<object, object>();

  const perform = async (
    args: readonly unknown[],
    act: (args: unknown[]) => Promise<unknown>,
  ): Promise<unknown> => {
    const end = begin();
    try {
      return toWire(await act(args.map((each) => fromWire(each))));
    } catch (error) {
      throw isError(error) ? errorToWire(error) : error;
    } finally {
      end();
    }
  };

  const methodOf =
    (ref: object, name: string) =>
    (...args: unknown[]): Promise<unknown> => {
      if (name === PROBE) {
        probed = ref;
        return Promise.resolve();
      }
      return perform(args, (own) => HandledPromise.applyMethod(ref, name, own));
    };

  /** Something whose every name is a method: which of them there are is the vat's to say. */
  const proxyFor = (ref: object): object => {
    const known = proxies.get(ref);
    if (known !== undefined) return known;
    const method = (name: string | symbol): unknown =>
      typeof name !== 'string' || name === 'then' || name === 'prototype'
        ? undefined
        : methodOf(ref, name);
    const proxy = new Proxy(() => undefined, {
      get: (_target, name) => method(name),
      has: () => false,
      getOwnPropertyDescriptor: (_target, name) => {
        const value = method(name);
        return value === undefined
          ? undefined
          : { configurable: true, enumerable: true, writable: true, value };
      },
      apply: (_target, _this, args: unknown[]) =>
        perform(args, (own) => HandledPromise.applyFunction(ref, own)),
    });
    proxies.set(ref, proxy);
    return proxy;
  };

  const call = async (stub: Stub, method: PropertyKey | undefined, args: readonly unknown[]) => {
    if (typeof method === 'symbol')
      throw refuse('BAD_ARGUMENT', 'the name of a method must be a string');
    const sent = args.map(toWire);
    const answer: PromiseLike<unknown> =
      method === undefined
        ? stub(...sent)
        : (stub[String(method)] as (...args: unknown[]) => PromiseLike<unknown>)(...sent);
    return fromWire(await answer);
  };

  const presenceFor = (given: Stub): object => {
    const own = referenceBehind(given);
    if (own !== undefined) return own;
    const known = presences.get(given);
    if (known !== undefined) return known;
    const stub = ownerOf(given).dup();
    let made: object | undefined;
    void new HandledPromise((_resolve, _reject, resolveWithPresence) => {
      made = resolveWithPresence({
        get: () => {
          throw refuse('BAD_ARGUMENT', 'the properties of a client’s object cannot be read');
        },
        applyMethod: (_target, method, args) => call(stub, method, args),
        applyFunction: (_target, args) => call(stub, undefined, args),
      });
    });
    const presence = Remotable('Alleged: client object', undefined, made as never) as object;
    presences.set(given, presence);
    stubs.set(presence, stub);
    disposals.register(presence, stub);
    return presence;
  };

  const toWire = (value: unknown): unknown => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
    if (types.isPromise(value)) {
      const promise = value.then(toWire);
      promise.catch(ignore);
      return new RpcPromise(promise as Promise<never>);
    }
    const stub = stubs.get(value);
    if (stub !== undefined) return ownerOf(stub).dup();
    if (isError(value)) return errorToWire(value);
    if (types.isUint8Array(value)) return value;
    if (isRemotable(value)) return proxyFor(value);
    if (Array.isArray(value)) return value.map(toWire);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toWire(each)]));
  };

  const fromWire = (value: unknown, level = 0): unknown => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
    if (value instanceof RpcStub) return presenceFor(value as unknown as Stub);
    if (isError(value) || types.isUint8Array(value)) return value;
    if (level >= DEEPEST) {
      throw refuse('GATEWAY_LIMIT', `data may be nested ${DEEPEST} deep`);
    }
    if (Array.isArray(value)) return value.map((each) => fromWire(each, level + 1));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fromWire(each, level + 1)]),
    );
  };

  return { toWire, fromWire: (value) => fromWire(value) };
};
