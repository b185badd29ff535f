import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKey, writeKey } from '../src/key-coding.js';
import { decodeValue, encodeValue } from '../src/value-coding.js';

/** Any code units in any order, with the difficult ones often. */
const anyString = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        0,
        1,
        0x22,
        0x7f,
        0x80,
        0x7ff,
        0x800,
        0xd7ff,
        0xd800,
        0xdbff,
        0xdc00,
        0xe000,
        0xffff,
      ),
      fc.integer({ min: 0, max: 0xffff }),
    ),
  )
  .map((units) => String.fromCharCode(...units));

const bytesOf = (key: string): Buffer => {
  const buffer = Buffer.alloc(3 * key.length + 2);
  return buffer.subarray(0, writeKey(key, buffer, 0));
};

describe('keys as bytes', () => {
  it('come back as they were and are never empty', () => {
    fc.assert(
      fc.property(anyString, (key) => {
        const bytes = bytesOf(key);
        expect(bytes.length).toBeGreaterThan(0);
        expect(readKey(bytes, 0, bytes.length)).toBe(key);
      }),
    );
  });

  it('are in the order of the strings by code unit', () => {
    fc.assert(
      fc.property(anyString, anyString, anyString, (common, a, b) => {
        const [one, two] = [common + a, common + b];
        expect(Math.sign(bytesOf(one).compare(bytesOf(two)))).toBe(
          one === two ? 0 : one < two ? -1 : 1,
        );
      }),
    );
  });

  it('do not pretend to fit where they do not', () => {
    expect(() => writeKey('abc', new Uint8Array(2), 0)).toThrow(RangeError);
  });
});

describe('values as text', () => {
  it('come back as they were, and are well-formed and not empty on the way', () => {
    fc.assert(
      fc.property(anyString, (value) => {
        const stored = encodeValue(value);
        expect(stored.length).toBeGreaterThan(0);
        expect(Buffer.from(stored).toString()).toBe(stored);
        expect(decodeValue(stored)).toBe(value);
      }),
    );
  });
});
