import { describe, expect, test } from 'vitest';
import {
  insistConsoleLevel,
  insistDivergence,
  insistHeapImage,
  insistWorkerExit,
  LIMITS,
} from '../../src/index.js';

const HASH = 'a'.repeat(128);
const bytes = new Uint8Array([1]);
const refused = expect.objectContaining({ code: 'BAD_ARGUMENT' });

test('a divergence is a number, an index, and what differs', () => {
  const divergence = { n: 3, index: 0, expected: '["send"]', actual: undefined };
  expect(insistDivergence({ ...divergence, more: 1 })).toEqual(divergence);
  const long = 'x'.repeat(1_000_000);
  expect(insistDivergence({ ...divergence, actual: long }).actual).toHaveLength(
    LIMITS.reasonLength,
  );
});

test.each([
  undefined,
  null,
  'x',
  [],
  {},
  { n: 0, index: 0 },
  { n: 1.5, index: 0 },
  { n: 1n, index: 0 },
  { n: 1, index: -1 },
  { n: 1, index: 0, expected: 5 },
  { n: 1, index: 0, actual: {} },
])('a divergence is not %o', (value) => {
  expect(() => insistDivergence(value)).toThrow();
});

test('an exit is a kind and a message', () => {
  expect(insistWorkerExit({ kind: 'crashed', message: 'm', n: 2 })).toEqual({
    kind: 'crashed',
    message: 'm',
    n: 2,
  });
  expect(insistWorkerExit({ kind: 'collateral', message: 'm' })).not.toHaveProperty('n');
});

test.each([
  undefined,
  { kind: 'toString', message: 'm' },
  { kind: 'crashed' },
  { kind: 'crashed', message: 5 },
  { kind: 'crashed', message: 'm', n: 0 },
  { kind: 'crashed', message: 'm', n: null },
])('an exit is not %o', (value) => {
  expect(() => insistWorkerExit(value)).toThrow(refused);
});

test('an image is bytes in memory of their own, and what they are of', () => {
  const image = { n: 1, engine: 'e', base: HASH, bytes };
  expect(insistHeapImage(image)).toEqual(image);
  expect(insistHeapImage({ ...image, base: undefined }).base).toBe(undefined);
});

test.each([
  undefined,
  { engine: 'e', bytes },
  { n: 1, bytes },
  { n: 1, engine: 'e', bytes: [1] },
  { n: 1, engine: 'e', bytes: new Uint8Array(new SharedArrayBuffer(1)) },
  { n: 1, engine: 'e', bytes, base: '../../..' },
  { n: 1, engine: 'e', bytes, base: null },
])('an image is not %o', (value) => {
  expect(() => insistHeapImage(value)).toThrow(refused);
});

describe('a level of the console', () => {
  test('is one of those that there are', () => {
    expect(insistConsoleLevel('warn')).toBe('warn');
    for (const level of ['trace', '__proto__', undefined, 1]) {
      expect(() => insistConsoleLevel(level)).toThrow(refused);
    }
  });
});
