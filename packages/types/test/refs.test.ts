import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byNumber,
  formatKindVRef,
  formatKObject,
  formatVRef,
  insistKRef,
  insistVatID,
  insistVRef,
  isBundleID,
  isKPromise,
  isVatAllocated,
  isVRef,
  parseVRef,
} from '../src/index.js';

const ids = fc.integer({ min: 1, max: 1e12 });

describe('a vref', () => {
  it('says of an ordinary reference what was formatted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('object', 'promise', 'device'),
        fc.boolean(),
        ids,
        (type, mine, id) => {
          const vref = formatVRef(type, mine, id);
          expect(parseVRef(vref)).toEqual({
            type,
            allocatedByVat: mine,
            id,
            kind: 'ordinary',
            baseRef: vref,
          });
          expect(isVatAllocated(vref)).toBe(mine);
        },
      ),
    );
  });

  it('says of an instance of a kind which instance and which facet it is', () => {
    expect(parseVRef(formatKindVRef('durable', 10, 3, 1))).toEqual({
      type: 'object',
      allocatedByVat: true,
      id: 10,
      kind: 'durable',
      subid: 3,
      facet: 1,
      baseRef: 'o+d10/3',
    });
    expect(parseVRef('o+v11/2')).toMatchObject({ kind: 'virtual', subid: 2, baseRef: 'o+v11/2' });
    expect(parseVRef('o+v11/2')).not.toHaveProperty('facet');
  });

  it.each([
    '',
    'o5',
    'o+',
    'o+05',
    'o-1/2',
    'o-v1/2',
    'p+v1/2',
    'o+d1',
    'o+d1/',
    'o+d1/0',
    'o+5 ',
    'ko5',
    'x+1',
    5,
    null,
    'o+99999999999999999',
  ])('is not %j', (text) => {
    expect(isVRef(text)).toBe(false);
    expect(() => insistVRef(text)).toThrow(expect.objectContaining({ code: 'BAD_REFERENCE' }));
  });
});

describe('a kref', () => {
  it.each(['ko1', 'kp12', 'kd3'])('is %s', (text) => {
    expect(insistKRef(text)).toBe(text);
  });

  it.each(['ko0', 'ko01', 'k1', 'o-1', 'ko1 ', 'kx1', undefined])('is not %j', (text) => {
    expect(() => insistKRef(text)).toThrow(expect.objectContaining({ code: 'BAD_REFERENCE' }));
  });

  it('sorts by age', () => {
    expect([10, 9, 100].map(formatKObject).sort(byNumber)).toEqual(['ko9', 'ko10', 'ko100']);
    expect(isKPromise('kp1')).toBe(true);
    expect(isKPromise('ko1')).toBe(false);
  });
});

it('a vat id begins at v1', () => {
  expect(insistVatID('v1')).toBe('v1');
  expect(() => insistVatID('v0')).toThrow(expect.objectContaining({ code: 'BAD_REFERENCE' }));
});

it('a bundle id is the SHA-512 of its text', () => {
  expect(isBundleID(`b1-${'0'.repeat(128)}`)).toBe(true);
  expect(isBundleID(`b1-${'0'.repeat(127)}`)).toBe(false);
});
