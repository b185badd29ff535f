import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKey, writeKey } from '../src/coding/key-coding.js';
import { openRow, sealRow } from '../src/coding/sealed-rows.js';

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

/** Short and long, because they have different checksums. */
const anyValue = fc.oneof(anyString, fc.string({ minLength: 60, maxLength: 200 }));

const flipped = (text: string, bit: number): string => {
  const bytes = Buffer.from(text);
  const at = (bit >> 3) % bytes.length;
  bytes[at] = (bytes[at] as number) ^ (1 << (bit & 7));
  return bytes.toString();
};

describe('values under a seal', () => {
  it('come back as they were, and are well-formed and not empty on the way', () => {
    fc.assert(
      fc.property(anyString, anyValue, (key, value) => {
        const stored = sealRow(key, value);
        expect(stored.length).toBeGreaterThan(0);
        expect(Buffer.from(stored).toString()).toBe(stored);
        expect(openRow(key, stored)).toBe(value);
      }),
    );
  });

  it('are refused where any one bit is another', () => {
    for (const value of ['', '5', 'short', 'long '.repeat(30), 'ü€\ud800', '\ufffd']) {
      const stored = sealRow('v1.key', value);
      for (let bit = 0; bit < 8 * Buffer.byteLength(stored); bit += 1) {
        expect(openRow('v1.key', flipped(stored, bit))).toBeUndefined();
      }
    }
  });

  it('are refused under a key in which any one bit is another, and under any other', () => {
    fc.assert(
      fc.property(anyString, anyString, anyValue, fc.nat(), (key, other, value, bit) => {
        const stored = sealRow(key, value);
        if (other !== key) expect(openRow(other, stored)).toBeUndefined();
        if (key.length === 0) return;
        const near = flipped(key, bit);
        if (near !== key) expect(openRow(near, stored)).toBeUndefined();
      }),
    );
  });

  it('are refused where they were cut short or made longer', () => {
    for (const value of ['short', 'long '.repeat(30)]) {
      const stored = sealRow('v1.key', value);
      for (let end = 0; end < stored.length; end += 1) {
        expect(openRow('v1.key', stored.slice(0, end))).toBeUndefined();
      }
      expect(openRow('v1.key', `${stored}\0`)).toBeUndefined();
    }
  });
});
