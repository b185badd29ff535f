import {
  clip,
  CooperageError,
  describeValue,
  errorMessageOf,
  errorNameOf,
  isError,
  isThenable,
  LIMITS,
} from '@cooperage/types';
import type { RemotableObject } from '@endo/pass-style';
import { types } from 'node:util';
import { copyBytes, isBytes } from './bytes.js';
import {
  isPlain,
  isPlainArray,
  isPlainBytes,
  propertyOfBytes,
  propertyOfError,
} from './copied-kinds.js';
import type { KernelRef } from './references/kernel-ref.js';
import { errorIdOf } from './rejections/received-errors.js';

export type { KernelRef } from './references/kernel-ref.js';

/** Everything that can be passed to and from a vat. Objects made with `Far` are among the references. */
export type Passable =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Error
  | KernelRef
  | RemotableObject
  | Promise<Passable>
  | Uint8Array
  | readonly Passable[]
  | { readonly [key: string]: Passable };

/** The kinds of error that are the same in a vat; any other is an `Error` there. */
const ERRORS = [RangeError, ReferenceError, SyntaxError, TypeError, URIError, EvalError];

/** Where in the caller's value something stands, and what it is in. */
interface Place {
  readonly path: string;
  /** Arrays, records and errors that it is in. */
  readonly depth: number;
  /** What was thrown: of errors in it as much is copied as can be. */
  readonly isReason?: boolean;
}

/** @throws {CooperageError} `BAD_ARGUMENT` for what cannot be passed by reference although it is marked so */
export type ReferenceFor = (value: object, path: string) => object | undefined;

/** One copying. */
interface Copying {
  /** What a copy has in place of what is passed by reference; undefined for what is not. */
  readonly referenceFor: ReferenceFor;
  readonly isReason: boolean;
  /** What the copying is inside of, with the paths. */
  readonly around: Map<object, string>;
  /** Values so far: data that is named at several places is copied at each. */
  values: number;
}

/** Paths of nested data are long, and the data's own. */
const LONGEST_PATH = 200;

const refuse = (path: string, why: string): never => {
  throw new CooperageError('BAD_ARGUMENT', `${clip(path, LONGEST_PATH)} ${why}`);
};

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]{0,80}$/u;

export const pathOf = (path: string, key: string | symbol): string => {
  if (typeof key === 'symbol') return `${path}[${clip(key.toString(), LONGEST_PATH)}]`;
  return IDENTIFIER.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(clip(key, 80))}]`;
};

const originals = new WeakMap<object, Error>();

/** The host's error of which `copy` was made. */
export const originalOf = (copy: object): Error | undefined => originals.get(copy);

/**
 * A frozen copy, without the errors behind it.
 *
 * @throws {CooperageError} `BAD_ARGUMENT` for an error whose message is no text, or throws
 */
export const copyError = (error: Error, path: string): Error => {
  const message = errorMessageOf(error);
  if (message === undefined) return refuse(path, 'is an error without a message that can be read');
  const name = errorNameOf(error);
  const make = ERRORS.find((each) => each.name === name) ?? Error;
  const copy = new make(message);
  // From Node 21 on the stack is an accessor of the engine's, with functions in it that marshalling would refuse.
  Object.defineProperty(copy, 'stack', { value: '' });
  originals.set(copy, error);
  return Object.freeze(copy);
};

/** Errors that are passed as data: what is thrown has to arrive, whatever else it has. */
const insistPlainError = (error: Error, path: string): void => {
  const extra = propertyOfError(error);
  // It came from a vat or the kernel, which are told by its `errorId` which it is.
  if (extra === undefined || errorIdOf(error) !== undefined) return;
  refuse(
    pathOf(path, extra),
    'is a property of an error, of which only name, message, cause and errors are copied: pass new Error(error.message), or a record with what is needed of it',
  );
};

const insistPlainBytes = (value: Uint8Array | ArrayBuffer, path: string): void => {
  const [kind, a] = types.isUint8Array(value) ? ['Uint8Array', 'a'] : ['ArrayBuffer', 'an'];
  if (!isPlainBytes(value)) {
    refuse(path, `is of a class that extends ${kind}, of which only the bytes are copied`);
  }
  const extra = propertyOfBytes(value);
  if (extra === true) {
    refuse(path, `has properties of its own: of ${a} ${kind} only the bytes are copied`);
  } else if (extra !== undefined) {
    refuse(
      pathOf(path, extra),
      `is a property of ${a} ${kind}, of which only the bytes are copied`,
    );
  }
};

/** The value of a property, which must be one that a copy has, too. */
const readProperty = (holder: object, key: string | symbol, path: string): unknown => {
  const found = Object.getOwnPropertyDescriptor(holder, key);
  if (found === undefined) return refuse(path, 'is missing: an array is passed without holes');
  if (!('value' in found)) return refuse(path, 'has a getter or setter, which is not copied');
  if (found.enumerable !== true) return refuse(path, 'is not enumerable, and would not be copied');
  return found.value;
};

const copyArray = (value: readonly unknown[], place: Place, copying: Copying): unknown => {
  const { path } = place;
  if (!isPlainArray(value)) refuse(path, 'is of a class that extends arrays, which is not copied');
  const copy: unknown[] = [];
  const { length } = value;
  for (let i = 0; i < length; i += 1) {
    const inside = { path: `${path}[${i}]`, depth: place.depth + 1 };
    copy.push(copyValue(readProperty(value, String(i), inside.path), inside, copying));
  }
  const keys = Reflect.ownKeys(value);
  // The elements, and the length.
  if (keys.length !== length + 1) {
    const isElement = (key: string | symbol): boolean =>
      key === 'length' || (typeof key === 'string' && Object.hasOwn(copy, key));
    const other = keys.find((key) => !isElement(key)) ?? 'length';
    refuse(pathOf(path, other), 'is a property of an array, of which only the elements are copied');
  }
  return copy;
};

const copyRecord = (value: object, place: Place, copying: Copying): unknown =>
  Object.fromEntries(
    Reflect.ownKeys(value).map((key) => {
      const inside = { path: pathOf(place.path, key), depth: place.depth + 1 };
      if (typeof key === 'symbol') {
        return refuse(inside.path, 'is named by a symbol: only strings can name properties');
      }
      return [key, copyValue(readProperty(value, key, inside.path), inside, copying)];
    }),
  );

/** What to pass instead, where that is known. */
const remedyFor = (value: object): string => {
  if (types.isDate(value)) {
    return ': pass its time as a number (date.getTime()) or as a text (date.toISOString())';
  }
  if (isThenable(value)) return ': pass a promise, as Promise.resolve(value) makes one';
  if (ArrayBuffer.isView(value)) {
    return ': pass its bytes, as new Uint8Array(value.buffer, value.byteOffset, value.byteLength)';
  }
  if (types.isBoxedPrimitive(value)) return ': pass what it holds, as value.valueOf() gives it';
  if (types.isMap(value)) return ': pass its entries as an array ([...map]), or a record';
  if (types.isSet(value)) return ': pass its elements as an array ([...set])';
  return ': for a reference to it pass what kernel.exportObject(value) gives';
};

const copyObject = (value: object, place: Place, copying: Copying): unknown => {
  const { path, depth } = place;
  const outer = copying.around.get(value);
  if (outer !== undefined) {
    refuse(path, `leads back to ${clip(outer, LONGEST_PATH)}: data cannot contain itself`);
  }
  if (depth >= LIMITS.capdataDepth) {
    refuse(path, `is too deep: data may be nested ${LIMITS.capdataDepth} deep`);
  }
  if (isError(value)) {
    if (!copying.isReason) insistPlainError(value, path);
    return copyError(value, path);
  }
  if (isBytes(value)) {
    insistPlainBytes(value, path);
    return copyBytes(value);
  }
  const isArray = Array.isArray(value);
  if (!isArray && !isPlain(value)) {
    refuse(
      path,
      `is ${describeValue(value)}; only plain data and references can be passed to a vat${remedyFor(value)}`,
    );
  }
  copying.around.set(value, path);
  const copy = isArray ? copyArray(value, place, copying) : copyRecord(value, place, copying);
  copying.around.delete(value);
  return Object.freeze(copy);
};

const copyValue = (value: unknown, place: Place, copying: Copying): unknown => {
  copying.values += 1;
  // Each takes a character at least, and one more that parts it from the next.
  if (2 * copying.values > LIMITS.capdataLength + 2) {
    refuse(
      place.path,
      `is beyond the limit: data may have ${LIMITS.capdataLength} characters in its encoded form`,
    );
  }
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return value;
    case 'object':
      if (value === null) return value;
      return copying.referenceFor(value, place.path) ?? copyObject(value, place, copying);
    case 'function':
      return (
        copying.referenceFor(value, place.path) ??
        refuse(
          place.path,
          "is a function, which cannot be passed to a vat as it is: pass Far('name', function) for a reference to it",
        )
      );
    default:
      return refuse(place.path, `is ${describeValue(value)}, which cannot be passed to a vat`);
  }
};

/**
 * A frozen copy of a host's value, so that marshalling it freezes nothing of the caller's. What a copy would lack is
 * refused.
 *
 * @param referenceFor what stands in the copy for a reference
 * @param place how errors name the value, and what it will be in
 * @throws {CooperageError} `BAD_ARGUMENT`, which says where in the value the trouble is
 */
export const copyPassable = (
  value: unknown,
  referenceFor: ReferenceFor,
  place: Place = { path: 'the value', depth: 0 },
): unknown =>
  copyValue(value, place, {
    referenceFor,
    isReason: place.isReason === true,
    around: new Map(),
    values: 0,
  });
