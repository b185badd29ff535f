/** Assertions about worlds; `vitest.ts` makes matchers of them. */
import { AssertionError } from 'node:assert';
import { codeOf, isError, messageOf } from '@cooperage/types';
import type { World } from './world-contract.js';

/** A message as a test describes it. Properties that are left out match anything. */
export interface ExpectedMessage {
  /** Name of the vat that sent it, or `host`. */
  readonly from?: string;
  /** Name of the vat that received it. */
  readonly to?: string;
  readonly method: string;
  /** The arguments: data, and objects of vats that the scenario holds. */
  readonly args?: readonly unknown[];
}

/** The result of an assertion, in the form of a matcher. */
export interface AssertionResult {
  readonly pass: boolean;
  /** The message for a failure: of the negated matcher if `pass`, otherwise of the matcher. */
  readonly message: () => string;
}

type AnyWorld = World<unknown>;

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A value as the recording writes it. */
const formatValue = (value: unknown, krefOf: AnyWorld['krefOf']): string => {
  const inside = (each: unknown): string => formatValue(each, krefOf);
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return `${value}n`;
    case 'object': {
      if (value === null) return 'null';
      const kref = krefOf(value);
      if (kref !== undefined) return kref;
      if (Array.isArray(value)) return `[${value.map(inside).join(', ')}]`;
      if (isError(value)) return `${value.name}(${JSON.stringify(value.message)})`;
      const fields = Object.entries(value)
        .sort(([a], [b]) => (a < b ? 1 : -1))
        .map(([key, each]) => `${NAME.test(key) ? key : JSON.stringify(key)}: ${inside(each)}`);
      return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
    }
    default:
      return String(value);
  }
};

/** The same text for any order of the properties. */
const inOrder = (text: string): string => [...text].sort().join('');

export const findSent = (world: AnyWorld, expected: ExpectedMessage): readonly string[] => {
  const recording = world.recording();
  const wanted =
    expected.args === undefined
      ? undefined
      : `${expected.method}(${expected.args.map((each) => formatValue(each, (ref) => world.krefOf(ref))).join(', ')})`;
  return recording.deliveries.flatMap(({ message, vatID }) => {
    if (message === undefined || message.method !== expected.method) return [];
    if (expected.from !== undefined && recording.nameOf(message.from) !== expected.from) return [];
    if (expected.to !== undefined && recording.nameOf(vatID) !== expected.to) return [];
    if (
      wanted !== undefined &&
      message.call !== wanted &&
      inOrder(message.call) !== inOrder(wanted)
    ) {
      return [];
    }
    return [`${recording.nameOf(message.from)} sent ${message.call} to ${recording.nameOf(vatID)}`];
  });
};

const describe = ({ from, to, method, args }: ExpectedMessage, world: AnyWorld): string => {
  const call =
    args === undefined
      ? `${method}(…)`
      : `${method}(${args.map((each) => formatValue(each, (ref) => world.krefOf(ref))).join(', ')})`;
  return `${from ?? 'any vat'} sent ${call} to ${to ?? 'any vat'}`;
};

/** The number of messages that a failure shows. */
const MOST = 20;

export const hasSent = (world: AnyWorld, expected: ExpectedMessage): AssertionResult => {
  const found = findSent(world, expected);
  const others = (): string => {
    const recording = world.recording();
    const all = recording.deliveries.flatMap(({ message, vatID }) =>
      message === undefined
        ? []
        : [`  ${recording.nameOf(message.from)} → ${recording.nameOf(vatID)}: ${message.call}`],
    );
    const left = all.length - MOST;
    return [...all.slice(0, MOST), ...(left > 0 ? [`  … and ${left} more`] : [])].join('\n');
  };
  return {
    pass: found.length > 0,
    message: () =>
      found.length > 0
        ? `expected not: ${describe(expected, world)}; it was sent ${found.length} times`
        : `expected: ${describe(expected, world)}; what was delivered:\n${others()}`,
  };
};

/** Reasons for which the end of a vat or an object breaks a promise. */
const BREAKS: ReadonlySet<unknown> = new Set([
  'VAT_TERMINATED',
  'VAT_UPGRADED',
  'OBJECT_GONE',
  'PROMISE_BROKEN',
  'CRANK_TIME_LIMIT',
  'WORKER_OUT_OF_MEMORY',
  'WORKER_CRASHED',
  'METER_EXHAUSTED',
  'MALFORMED_RECORD',
]);

export const isBroken = async (promise: PromiseLike<unknown>): Promise<AssertionResult> => {
  try {
    await promise;
    return { pass: false, message: () => 'expected a broken promise; it was fulfilled' };
  } catch (reason) {
    const code = isError(reason) ? codeOf(reason) : undefined;
    const pass = BREAKS.has(code);
    return {
      pass,
      message: () =>
        pass
          ? `expected a promise that is not broken; it is: ${messageOf(reason)} (${String(code)})`
          : `expected a broken promise; it was rejected by a vat: ${messageOf(reason)}`,
    };
  }
};

export const holdsNoReferenceTo = (
  { world, name }: { readonly world: AnyWorld; readonly name: string },
  object: object,
): AssertionResult => {
  const kref = world.krefOf(object);
  if (kref === undefined) {
    return {
      pass: false,
      message: () => 'the scenario holds no such object: give one that came from a vat',
    };
  }
  const holders = world.holdersOf(object);
  const pass = !holders.includes(name);
  return {
    pass,
    message: () =>
      pass
        ? `expected vat ${name} to hold ${kref}; it does not`
        : `expected vat ${name} to hold no reference to ${kref}; it does, as do: ${holders.join(', ')}. \`world.collectGarbage()\` makes vats drop what they no longer need`,
  };
};

const insist = ({ pass, message }: AssertionResult): void => {
  if (!pass) throw new AssertionError({ message: message() });
};

/** @throws {AssertionError} if no such message was delivered */
export const assertSent = (world: AnyWorld, expected: ExpectedMessage): void =>
  insist(hasSent(world, expected));

/** @throws {AssertionError} if the promise is not broken by the end of a vat or an object */
export const assertBroken = async (promise: PromiseLike<unknown>): Promise<void> =>
  insist(await isBroken(promise));

/** @throws {AssertionError} if the vat holds the object */
export const assertHoldsNoReferenceTo = (world: AnyWorld, name: string, object: object): void =>
  insist(holdsNoReferenceTo({ world, name }, object));
