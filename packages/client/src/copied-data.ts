/** Refuses values that a copy would change, with their place. */

/** Refuses a value that a client passes: `the arguments[0].list[1] is …`. */
export const refuse = (path: string, why: string): never => {
  throw new TypeError(`${path.slice(0, 200)} ${why}`);
};

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

export const pathOf = (path: string, key: string | symbol): string => {
  if (typeof key === 'symbol') return `${path}[${key.toString()}]`;
  return IDENTIFIER.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
};

const { getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

/** The value of a property that a copy has, too. */
const readProperty = (holder: object, key: string, path: string): unknown => {
  const found = getOwnPropertyDescriptor(holder, key);
  if (found === undefined) return refuse(path, 'is missing: an array is passed without holes');
  if (!('value' in found)) return refuse(path, 'has a getter or setter, which is not copied');
  if (found.enumerable !== true) return refuse(path, 'is not enumerable, and would not be copied');
  return found.value;
};

/** Each element with its place. */
export const elementsOf = (
  value: readonly unknown[],
  path: string,
): (readonly [path: string, element: unknown])[] => {
  if (!Array.isArray(getPrototypeOf(value))) {
    refuse(path, 'is of a class that extends arrays, which is not copied');
  }
  const elements = Array.from({ length: value.length }, (_, i) => {
    const place = `${path}[${i}]`;
    return [place, readProperty(value, String(i), place)] as const;
  });
  const keys = ownKeys(value);
  // The elements, and the length.
  if (keys.length > elements.length + 1) {
    const extra = keys.slice(elements.length).find((key) => key !== 'length') as string | symbol;
    refuse(pathOf(path, extra), 'is a property of an array, of which only the elements are copied');
  }
  return elements;
};

/** Each property of a record with its place. */
export const propertiesOf = (
  value: object,
  path: string,
): (readonly [path: string, key: string, property: unknown])[] =>
  ownKeys(value).map((key) => {
    const place = pathOf(path, key);
    if (typeof key === 'symbol') {
      return refuse(place, 'is named by a symbol: only strings can name properties');
    }
    return [place, key, readProperty(value, key, place)] as const;
  });

/** Own properties of errors that are copied, or left out on purpose. */
const OF_ERRORS: readonly (string | symbol)[] = ['stack', 'message', 'name', 'cause', 'errors'];

/** Errors that vats passed: their other properties are the gateway's. */
export const received = new WeakSet<Error>();

/** Insists on an error that can be passed as data. Thrown errors always arrive, whatever other properties they have. */
export const insistPlainError = (value: Error, path: string): void => {
  const extra = ownKeys(value).find((key) => !OF_ERRORS.includes(key));
  if (extra === undefined || received.has(value)) return;
  refuse(
    pathOf(path, extra),
    'is a property of an error, of which only name and message are copied: pass a record with what is needed of it',
  );
};

/** Node's own class of bytes. */
const { Buffer } = globalThis as { readonly Buffer?: { readonly prototype: object } };

/**
 * Up to this length all keys are listed; beyond it only symbols, because listing the keys of a megabyte takes a second.
 */
const LISTED = 10_000;

export const insistPlainBytes = (value: Uint8Array, path: string): void => {
  const prototype = getPrototypeOf(value);
  if (prototype !== Uint8Array.prototype && prototype !== Buffer?.prototype) {
    refuse(path, 'is of a class that extends Uint8Array, of which only the bytes are copied');
  }
  const { length } = value;
  const extra = length > LISTED ? Object.getOwnPropertySymbols(value)[0] : ownKeys(value)[length];
  if (extra === undefined) return;
  refuse(pathOf(path, extra), 'is a property of a Uint8Array, of which only the bytes are copied');
};
