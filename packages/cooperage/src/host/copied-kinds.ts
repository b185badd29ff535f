/** Which of a host's values are of a kind that is copied, and what of them a copy would lack. */
import { types, inspect } from 'node:util';

const { getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

const sourceOf = (value: unknown): string | undefined =>
  typeof value === 'function' ? Function.prototype.toString.call(value) : undefined;

const OBJECT = sourceOf(Object);

/** Whether an object is the `Object.prototype` of a realm: a test runner gives its tests another one than Node's. */
const isObjectPrototype = (value: object): boolean => {
  if (value === Object.prototype) return true;
  if (getPrototypeOf(value) !== null) return false;
  return sourceOf(getOwnPropertyDescriptor(value, 'constructor')?.value) === OBJECT;
};

/** A record: of any realm, but of no class, and with nothing that it inherits. */
export const isPlain = (value: object): boolean => {
  const prototype = getPrototypeOf(value);
  return prototype === null || isObjectPrototype(prototype);
};

/** How many prototypes stand between a value and the one that all objects have. */
const ancestors = (value: object): number => {
  let count = 0;
  for (
    let at = getPrototypeOf(value);
    at !== null && !isObjectPrototype(at) && count < 4;
    at = getPrototypeOf(at)
  ) {
    count += 1;
  }
  return count;
};

/** Of any realm, but of no class that extends arrays. */
export const isPlainArray = (value: readonly unknown[]): boolean => {
  const prototype = getPrototypeOf(value);
  return (
    prototype === Array.prototype ||
    prototype === null ||
    (Array.isArray(prototype) && ancestors(value) === 1)
  );
};

/** Of no class that extends `Uint8Array` or `ArrayBuffer`, but Node's own. */
export const isPlainBytes = (value: Uint8Array | ArrayBuffer): boolean =>
  getPrototypeOf(value) === Buffer.prototype ||
  ancestors(value) === (types.isUint8Array(value) ? 2 : 1);

/** Up to here all keys are listed; the keys of a megabyte take more than a second. */
const LISTED = 1_000;

const outline = (value: Uint8Array): string =>
  inspect(value, { showHidden: true, maxArrayLength: 0, depth: 0, customInspect: false });

/** Whether bytes have properties of their own besides their elements, without a look at each element. */
const isMoreThanElements = (value: Uint8Array): boolean => {
  const { buffer, byteOffset, length } = value;
  const bare: unknown = Object.setPrototypeOf(
    new Uint8Array(buffer, byteOffset, length),
    getPrototypeOf(value),
  );
  return outline(value) !== outline(bare as Uint8Array);
};

/** @returns a property that is no byte; `true` where there is one among too many to look for it */
export const propertyOfBytes = (
  value: Uint8Array | ArrayBuffer,
): string | symbol | true | undefined => {
  if (!types.isUint8Array(value)) return ownKeys(value)[0];
  if (value.length > LISTED) return isMoreThanElements(value) ? true : undefined;
  return ownKeys(value)[value.length];
};

/** What an error has of its own, and is copied or left out on purpose. */
const OF_ERRORS: readonly (string | symbol)[] = ['stack', 'message', 'name', 'cause', 'errors'];

/** @returns a property of an error that a copy would lack */
export const propertyOfError = (error: Error): string | symbol | undefined =>
  ownKeys(error).find((key) => !OF_ERRORS.includes(key));

/** @returns a property that a host gave a promise; those that Node marks promises with are symbols */
export const propertyOfPromise = (promise: object): string | undefined =>
  ownKeys(promise).find((key): key is string => typeof key === 'string');
