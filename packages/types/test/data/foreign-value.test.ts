import { runInNewContext } from 'node:vm';
import { describe, expect, it, test } from 'vitest';
import {
  asError,
  causeOf,
  codeOf,
  CooperageError,
  describeValue,
  errorMessageOf,
  errorNameOf,
  hasCode,
  isCooperageError,
  isError,
  isThenable,
  LIMITS,
  messageOf,
  stackOf,
} from '../../src/index.js';
import { hostileValues } from '../hostile-values.js';

describe.each(hostileValues())('%s', (_title, value) => {
  it('has a bounded text', () => {
    for (const text of [messageOf(value), describeValue(value)]) {
      expect(text).toEqual(expect.any(String));
      expect(text).not.toBe('');
      expect(text.length).toBeLessThan(LIMITS.reasonLength + 60);
    }
  });

  it('can be asked everything that is asked of what was thrown', () => {
    expect(asError(value)).toBeTypeOf('object');
    expect(hasCode(value, 'CLOSED')).toBe(false);
    expect(isCooperageError(value)).toBe(false);
    for (const text of [errorNameOf(value), codeOf(value), stackOf(value)]) {
      if (text !== undefined) expect(text.length).toBeLessThan(LIMITS.reasonLength + 60);
    }
    causeOf(value);
    isThenable(value);
  });
});

test.each([
  [new Error('woe'), 'woe'],
  [new TypeError(''), 'TypeError'],
  ['text', 'text'],
  [42, '42'],
  [-0, '0'],
  [10n, '10'],
  [undefined, 'undefined'],
  [null, 'null'],
  [Symbol('s'), 'Symbol(s)'],
  [{ message: 'of an object' }, 'of an object'],
  [{}, 'a value that is not an error was thrown: a plain object'],
  [Object.create(null), 'a value that is not an error was thrown: an object without a prototype'],
  [[1], 'a value that is not an error was thrown: an array'],
  [new Map(), 'a value that is not an error was thrown: an instance of Map'],
  [() => 1, 'a value that is not an error was thrown: a function'],
  [new DOMException('of the platform', 'AbortError'), 'of the platform'],
])('the text of what was thrown is %#', (value, text) => {
  expect(messageOf(value)).toBe(text);
});

test('a message that an error computes is its message', () => {
  class Computed extends Error {
    override get message(): string {
      return 'computed';
    }
  }
  expect(messageOf(new Computed())).toBe('computed');
});

test('an error of another realm is an error', () => {
  const foreign: unknown = runInNewContext('new RangeError("elsewhere")');
  expect(foreign instanceof Error).toBe(false);
  expect(messageOf(foreign)).toBe('elsewhere');
  expect(errorNameOf(foreign)).toBe('RangeError');
});

test('an error that was thrown stays what it is, and anything else becomes one', () => {
  const error = new RangeError('woe');
  expect(asError(error)).toBe(error);
  expect(asError('woe').message).toBe('woe');
  expect(isError(asError(Object.create(null)))).toBe(true);
});

test('the message of an error is there whole', () => {
  const message = 'x'.repeat(100_000);
  expect(errorMessageOf(new Error(message))).toBe(message);
});

test('an error of this package is recognized', () => {
  const error = new CooperageError('CLOSED', 'the kernel is closed');
  expect(isCooperageError(error)).toBe(true);
  expect(hasCode(error, 'CLOSED')).toBe(true);
  expect(hasCode(error, 'BAD_CONFIG')).toBe(false);
});
