/** Objects of the host that vats call, and how they are called. */
import '../shims.js';
import { CooperageError, describeValue, insistArgument, readGiven, text } from '@cooperage/types';
import { HandledPromise } from '@endo/eventual-send';
import { Far, passStyleOf, PASS_STYLE } from '@endo/pass-style';

type Callable = (...args: unknown[]) => unknown;

/** What every object or function has: never a method that a vat may call. */
const COMMON: readonly object[] = [Object.prototype, Function.prototype];

const methodIn = (holder: object, name: string): Callable | undefined => {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  return typeof descriptor?.value === 'function' ? (descriptor.value as Callable) : undefined;
};

/** The method that a call names: the object's own or its class's, never what every object has. */
export const findMethod = (target: object, name: string): Callable | undefined => {
  if (name === 'constructor') return undefined;
  for (
    let holder: object | null = target;
    holder !== null && !COMMON.includes(holder);
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    if (Object.hasOwn(holder, name)) return methodIn(holder, name);
  }
  return undefined;
};

/** Whether a value was made with `Far`, or stands for an object elsewhere, as a presence of CapTP does. */
export const isRemotable = (value: object): boolean =>
  (value as { readonly [PASS_STYLE]?: unknown })[PASS_STYLE] === 'remotable' &&
  (passStyleOf(value as never) as string) === 'remotable';

const callByE = (target: object, method: unknown, args: readonly unknown[]): Promise<unknown> => {
  if (method === undefined) return HandledPromise.applyFunction(target, [...args]);
  if (typeof method !== 'string') {
    throw new TypeError('an object of the host accepts only messages with a method name');
  }
  if (method in Function.prototype || method in Object.prototype) {
    throw new TypeError(`target has no method "${method}"`);
  }
  return HandledPromise.applyMethod(target, method, [...args]);
};

/**
 * Calls a host object as a vat asked. In a later turn, so that objects which stand for others elsewhere are reached as `E()` would.
 * @param method undefined calls the object itself
 * @returns what it answered. A promise that it answered with is in there as it is where it is the object's own method that
 * answered, and is awaited otherwise.
 */
export const callExported = async (
  target: object,
  method: unknown,
  args: readonly unknown[],
): Promise<{ readonly answer: unknown }> => {
  const own = typeof method === 'string' ? findMethod(target, method) : undefined;
  if (own === undefined) return { answer: await callByE(target, method, args) };
  await Promise.resolve();
  return { answer: own.apply(target, [...args]) };
};

/** All methods of an object and its classes by their names. */
const methodsOf = (target: object): Map<string, Callable> => {
  const found = new Map<string, Callable>();
  for (
    let holder: object | null = target;
    holder !== null && !COMMON.includes(holder);
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      const method = methodIn(holder, name);
      if (name === 'constructor' || method === undefined || found.has(name)) continue;
      found.set(name, (...args) => method.apply(target, args));
    }
  }
  return found;
};

/** One for each object, so that vats can tell whether they were given the same one twice. */
const exported = new WeakMap<object, object>();

const insistObject = (methods: unknown): object => {
  const isRight =
    (typeof methods === 'object' && methods !== null && !Array.isArray(methods)) ||
    typeof methods === 'function';
  if (isRight) return methods;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `exportObject takes an object with methods, or a function, and not ${describeValue(methods)}`,
  );
};

const NAME = text('a text');

const exportReadable = <T extends object>(methods: T, name: string): T => {
  const target = insistObject(methods);
  if (isRemotable(target)) return methods;
  const known = exported.get(target);
  if (known !== undefined) return known as T;
  let made: object;
  if (typeof target === 'function') {
    made = Far(name, (...args: unknown[]) => (target as Callable)(...args));
  } else {
    const found = methodsOf(target);
    if (found.size === 0) {
      throw new CooperageError(
        'BAD_ARGUMENT',
        'exportObject takes an object with methods, and this one has none: pass data as it is',
      );
    }
    made = Far(name, Object.fromEntries(found));
  }
  exported.set(target, made);
  return made as T;
};

/**
 * Makes an object of any class, or a function, one that is passed by reference. The object itself is not changed.
 * @throws {CooperageError} `BAD_ARGUMENT` for what has no methods
 */
export const exportObject = <T extends object>(methods: T, name = 'host object'): T => {
  insistArgument('exportObject', 'name', name, NAME);
  return readGiven('exportObject', 'the object', () => exportReadable(methods, name));
};
