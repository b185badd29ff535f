import {
  CooperageError,
  describeValue,
  errorMessageOf,
  errorNameOf,
  isError,
  isThenable,
} from '@cooperage/types';

/** Everything that can be passed to and from a vat. */
export type Passable =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Error
  | KernelRef
  | readonly Passable[]
  | { readonly [key: string]: Passable };

/**
 * The host's hold on an object or a promise in some vat. It keeps the object
 * alive until it is released or the kernel is closed; those that come with a
 * service call are released when the call is answered, unless they are retained.
 */
export interface KernelRef {
  /** Sends a message; resolves with the answer once it is durable. */
  send(method: string, args?: readonly unknown[]): Promise<unknown>;
  /** Keeps the reference beyond the service call that it came with. */
  retain(): void;
  /** Lets go of it. Idempotent. */
  release(): void;
  /** The kernel's name of it, for people. */
  kref(): string;
}

/** The kinds of error that can be passed; any other is passed as an `Error`. */
const ERRORS = [RangeError, ReferenceError, SyntaxError, TypeError, URIError, EvalError];

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** @throws {CooperageError} `BAD_ARGUMENT` for an error whose message is no text, or throws */
const copyError = (error: Error, path: string): Error => {
  const message = errorMessageOf(error);
  if (message === undefined) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `${path} is an error without a message that can be read`,
    );
  }
  const name = errorNameOf(error);
  const make = ERRORS.find((each) => each.name === name) ?? Error;
  const copy = new make(message);
  // From Node 21 on the stack is an accessor of the engine's, with functions in it that marshalling would refuse.
  Object.defineProperty(copy, 'stack', { value: '' });
  return Object.freeze(copy);
};

/**
 * A frozen copy of a host's value, so that marshalling it freezes nothing of the caller's.
 *
 * @param isReference tells references, which are passed as they are
 * @throws {CooperageError} `BAD_ARGUMENT`, which says where in the value the trouble is
 */
export const copyPassable = (
  value: unknown,
  isReference: (value: object) => boolean,
  path = 'the value',
): unknown => {
  switch (typeof value) {
    case 'undefined':
    case 'boolean':
    case 'number':
    case 'bigint':
    case 'string':
      return value;
    case 'object':
      break;
    default:
      throw new CooperageError(
        'BAD_ARGUMENT',
        `${path} is ${describeValue(value)}, which cannot be passed to a vat`,
      );
  }
  if (value === null || isReference(value)) return value;
  if (isError(value)) return copyError(value, path);
  if (Array.isArray(value)) {
    return Object.freeze(
      Array.from(value as unknown[], (each, i) => copyPassable(each, isReference, `${path}[${i}]`)),
    );
  }
  if (!isPlain(value)) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `${path} is ${describeValue(value)}; only plain data and references can be passed to a vat` +
        (isThenable(value) ? ' (await the promise first)' : ''),
    );
  }
  return Object.freeze(
    Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        copyPassable(each, isReference, `${path}.${key}`),
      ]),
    ),
  );
};
