/** References of a client: to objects of vats, to answers that have not arrived, and to objects of its own. */
import { GatewayError } from './gateway-error.js';

/** The names of all references, of all clients. */
const everyName = new WeakMap<object, () => string | undefined>();

/** The name of a reference in its session, for people; undefined for any other value. */
export const referenceName = (value: object): string | undefined => everyName.get(value)?.();

export interface ReferencesPowers {
  readonly send: (target: string, method: string | null, args: readonly unknown[]) => unknown;
  /** The engine has collected the reference to an object of a vat. */
  readonly collected: (name: string) => void;
}

export interface References {
  /** The reference to an object of a vat: one for each object. */
  remote(name: string): object;
  /** An answer or a promise of a vat. */
  coming(name: string): object;
  settle(name: string, isReject: boolean, value: unknown): void;
  /**
   * The name of a value that is passed by reference.
   * @throws {TypeError}
   */
  nameOf(value: object): string | undefined;
  /** Gives the client's own object a name. */
  bind(name: string, object: object): void;
  own(name: string): object | undefined;
  /** Message `n` names the object. */
  mention(name: string, n: number): void;
  /** Vats have released it, as of message `accepted`. */
  drop(name: string, accepted: number): void;
  /** Vats refer to these names only: all others are dropped. */
  keepOnly(names: readonly string[], accepted: number): void;
  /**
   * Renames references that were named before the gateway had said which message is next.
   * @param by the number of messages that it has accepted
   */
  rename(to: (name: string) => string, by: number): void;
  rejectAll(reason: Error): void;
  readonly unsettled: number;
}

interface Coming {
  name: string;
  readonly proxy: object;
  readonly promise: Promise<unknown>;
  readonly settle: (isReject: boolean, value: unknown) => void;
}

/** It may be the prototype of another realm, such as a frame's. */
const isObjectPrototype = (value: object): boolean =>
  Object.getPrototypeOf(value) === null && Object.hasOwn(value, '__lookupGetter__');

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    isObjectPrototype(prototype as object) ||
    Array.isArray(value) ||
    value instanceof Error ||
    value instanceof Uint8Array
  );
};

const COPIED_BY_NO_ONE: readonly (readonly [
  type: new (...args: never[]) => object,
  remedy: string,
])[] = [
  [Date, 'pass its time: date.getTime()'],
  [Map, 'pass its entries: [...map]'],
  [Set, 'pass its elements: [...set]'],
  [ArrayBuffer, 'pass new Uint8Array(buffer)'],
  [RegExp, 'pass its source'],
  [Number, 'pass value.valueOf()'],
  [String, 'pass value.valueOf()'],
  [Boolean, 'pass value.valueOf()'],
];

const refuseStrange = (value: object): void => {
  for (const [type, remedy] of COPIED_BY_NO_ONE) {
    if (value instanceof type)
      throw new TypeError(`is a ${type.name}, which is not copied: ${remedy}`);
  }
  if (ArrayBuffer.isView(value)) {
    throw new TypeError(
      'is a view of bytes, which is not copied: pass new Uint8Array(value.buffer, value.byteOffset, value.byteLength)',
    );
  }
  if (typeof (value as { then?: unknown }).then === 'function') {
    throw new TypeError(
      'is a promise: await it first, as only answers of vats can be passed before they are there',
    );
  }
};

export const makeReferences = ({ send, collected }: ReferencesPowers): References => {
  const remotes = new Map<string, WeakRef<object>>();
  const comings = new Map<string, Coming>();
  /** The name of a proxy, or of the value of an answer. */
  const named = new WeakMap<object, () => string | undefined>();
  const own = new Map<string, { readonly object: object; mentioned: number }>();
  const ownNames = new WeakMap<object, string>();
  let lastOwn = 0;
  const registry = new FinalizationRegistry<string>((name) => {
    if (remotes.get(name)?.deref() !== undefined) return;
    remotes.delete(name);
    collected(name);
  });

  const proxyFor = (
    call: (method: string | null, args: unknown[]) => unknown,
    promise?: Promise<unknown>,
  ): object =>
    new Proxy(() => undefined, {
      get: (_target, key) => {
        if (promise !== undefined && (key === 'then' || key === 'catch' || key === 'finally')) {
          return promise[key].bind(promise);
        }
        if (typeof key !== 'string' || key === 'then') return undefined;
        return (...args: unknown[]) => call(key, args);
      },
      apply: (_target, _this, args: unknown[]) => call(null, args),
    });

  const remote: References['remote'] = (name) => {
    const known = remotes.get(name)?.deref();
    if (known !== undefined) return known;
    const made = proxyFor((method, args) => send(name, method, args));
    remotes.set(name, new WeakRef(made));
    registry.register(made, name);
    named.set(made, () => name);
    everyName.set(made, () => name);
    return made;
  };

  const callValue = (value: unknown, method: string | null, args: readonly unknown[]): unknown => {
    const name =
      typeof value === 'function' || (typeof value === 'object' && value !== null)
        ? named.get(value)?.()
        : undefined;
    if (name === undefined) {
      return Promise.reject(
        new GatewayError('NOT_AN_OBJECT', 'the answer is not an object of a vat'),
      );
    }
    return send(name, method, args);
  };

  const coming: References['coming'] = (name) => {
    const known = comings.get(name);
    if (known !== undefined) return known.proxy;
    let outcome: { readonly isReject: boolean; readonly value: unknown } | undefined;
    let resolve!: (value: unknown) => void;
    let reject!: (reason: unknown) => void;
    const promise = new Promise<unknown>((fulfil, refuse) => {
      resolve = fulfil;
      reject = refuse;
    });
    const proxy = proxyFor((method, args) => {
      if (outcome === undefined) return send(entry.name, method, args);
      return outcome.isReject ? promise : callValue(outcome.value, method, args);
    }, promise);
    named.set(proxy, () => {
      if (outcome === undefined) return entry.name;
      const { value, isReject } = outcome;
      const behind = !isReject && typeof value === 'function' ? named.get(value)?.() : undefined;
      if (behind !== undefined) return behind;
      throw new TypeError('is the answer to a call, and the answer is data: pass the data');
    });
    const entry: Coming = {
      name,
      proxy,
      promise,
      settle: (isReject, value) => {
        outcome = { isReject, value };
        if (isReject) reject(value);
        else resolve(value);
      },
    };
    comings.set(name, entry);
    everyName.set(proxy, () => entry.name);
    return proxy;
  };

  const drop: References['drop'] = (name, accepted) => {
    const entry = own.get(name);
    if (entry === undefined || entry.mentioned > accepted) return;
    own.delete(name);
    ownNames.delete(entry.object);
  };

  const bind: References['bind'] = (name, object) => {
    own.set(name, { object, mentioned: 0 });
    ownNames.set(object, name);
    lastOwn = Math.max(lastOwn, Number(name.slice(1)));
  };

  const mention: References['mention'] = (name, n) => {
    const entry = own.get(name);
    if (entry !== undefined) entry.mentioned = n;
  };

  return {
    remote,
    coming,
    bind,
    drop,
    settle: (name, isReject, value) => {
      comings.get(name)?.settle(isReject, value);
      comings.delete(name);
    },
    nameOf: (value) => {
      const known = named.get(value)?.() ?? ownNames.get(value);
      if (known !== undefined) return known;
      if (typeof value !== 'function' && isPlain(value)) return undefined;
      refuseStrange(value);
      lastOwn += 1;
      bind(`c${lastOwn}`, value);
      return `c${lastOwn}`;
    },
    own: (name) => own.get(name)?.object,
    mention,
    keepOnly: (names, accepted) => {
      for (const name of names) lastOwn = Math.max(lastOwn, Number(name.slice(1)));
      for (const name of [...own.keys()]) {
        // What was bound and never sent stays.
        if (!names.includes(name) && own.get(name)?.mentioned !== 0) drop(name, accepted);
      }
    },
    rename: (to, by) => {
      const open = [...comings.values()];
      comings.clear();
      for (const entry of open) {
        entry.name = to(entry.name);
        comings.set(entry.name, entry);
      }
      const objects = [...own];
      own.clear();
      for (const [name, { object, mentioned }] of objects) {
        bind(to(name), object);
        if (mentioned > 0) mention(to(name), mentioned + by);
      }
    },
    rejectAll: (reason) => {
      for (const { promise, settle } of comings.values()) {
        // A program that ends need not wait for its answers.
        promise.catch(() => undefined);
        settle(true, reason);
      }
      comings.clear();
    },
    get unsettled() {
      return comings.size;
    },
  };
};
