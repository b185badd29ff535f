import {
  type Argument,
  callback,
  CooperageError,
  flag,
  insistArguments,
  readGiven,
} from '@cooperage/types';
import { findMethod, isRemotable } from './references/exported-object.js';

/** One call of a service. */
export interface ServiceCall {
  /**
   * The same if the call is made again: after a restart, a call is repeated when its completion was not durable.
   * A service whose effects must not be repeated remembers it beside them.
   */
  readonly id: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface ServiceOptions {
  /** Calls that are under way do not keep `run()` waiting: for what may take as long as it likes, such as a timer. */
  readonly background?: boolean;
}

const SERVICE = Symbol('service');

/** A service that sees each call as data. */
export interface Service extends ServiceOptions {
  readonly [SERVICE]: true;
  readonly answer: (call: ServiceCall) => unknown;
}

const SERVICE_ARGUMENTS: readonly Argument[] = [
  { name: 'answer', rule: callback },
  { table: { background: { value: flag } } },
];

/**
 * Makes a service of a function that answers each call: with a value, a promise for one, or by throwing.
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const makeService = (
  answer: (call: ServiceCall) => unknown,
  options: ServiceOptions = {},
): Service => {
  insistArguments('makeService', SERVICE_ARGUMENTS, [answer, options]);
  return { [SERVICE]: true, answer, ...options };
};

const isService = (value: object): boolean => SERVICE in value;

/** Any object whose methods are to be called, or a {@link Service} as it is. */
export const asService = (name: string, value: unknown): Service => {
  if (typeof value !== 'object' || value === null) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `the service "${name}" must be an object with methods`,
    );
  }
  const isMade = readGiven('openKernel', `the service "${name}"`, () => {
    // Looked at now, as a value that only looks as if `Far` had made it throws.
    isRemotable(value);
    return isService(value);
  });
  if (isMade) return value as Service;
  return makeService(({ method, args }) => {
    const found = findMethod(value, method);
    if (found === undefined) {
      throw new TypeError(`the service "${name}" has no method "${method}"`);
    }
    return found.apply(value, [...args]);
  });
};
