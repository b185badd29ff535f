import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompletionRecord,
  formatCompletionRecord,
  LIMITS,
  parseCompletionRecord,
} from '../../src/index.js';

const data = { body: '#[]', slots: ['o-1', 'p+5'] };
const whole = {
  n: 7,
  status: ['ok'],
  usage: { computrons: 12 },
  syscalls: [
    [['send', 'o-1', { methargs: data, result: 'p+5' }]],
    [['send', 'o-1', { methargs: data, result: null }]],
    [['subscribe', 'p+5']],
    [['resolve', [['p-3', false, data]]]],
    [['exit', true, data]],
    [['vatstoreGet', 'key'], null],
    [['vatstoreGetNextKey', 'key'], 'next'],
    [['vatstoreSet', 'key', 'value']],
    [['vatstoreDelete', 'key']],
    [['dropImports', ['o-1']]],
    [['retireImports', ['o-1']]],
    [['retireExports', ['o+1']]],
    [['abandonExports', ['o+1']]],
    [['callNow', 'd-1', 'method', data]],
  ],
} as unknown as CompletionRecord;

const codeOf = (text: unknown): string => {
  try {
    parseCompletionRecord(text);
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a completion record', () => {
  it('with every syscall survives the way through text', () => {
    expect(parseCompletionRecord(formatCompletionRecord(whole))).toEqual(whole);
  });

  it.each([
    ['no text', 5],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no number', JSON.stringify({ ...whole, n: 0 })],
    ['a fraction', JSON.stringify({ ...whole, n: 1.5 })],
    ['no status', JSON.stringify({ ...whole, status: ['fine'] })],
    ['no syscalls', JSON.stringify({ ...whole, syscalls: 5 })],
    ['an unknown syscall', JSON.stringify({ ...whole, syscalls: [[['reboot']]] })],
    [
      'a syscall with too much',
      JSON.stringify({ ...whole, syscalls: [[['subscribe', 'p+5', 1]]] }),
    ],
    ['bad usage', JSON.stringify({ ...whole, usage: { computrons: -1 } })],
  ])('is refused for %s', (_, text) => {
    expect(codeOf(text)).toBe('MALFORMED_RECORD');
  });

  it('is refused for a reference that is none', () => {
    expect(codeOf(JSON.stringify({ ...whole, syscalls: [[['subscribe', 'kp5']]] }))).toBe(
      'BAD_REFERENCE',
    );
  });

  it('is refused for its size before it is looked at', () => {
    expect(codeOf('x'.repeat(LIMITS.recordLength + 1))).toBe('RECORD_TOO_LARGE');
    const key = 'k'.repeat(LIMITS.vatstoreKeyLength + 1);
    expect(codeOf(JSON.stringify({ ...whole, syscalls: [[['vatstoreGet', key]]] }))).toBe(
      'MALFORMED_RECORD',
    );
  });

  it('gives a coded error or a record for any JSON whatever', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(['none', 'MALFORMED_RECORD', 'BAD_REFERENCE', 'BAD_CAPDATA']).toContain(
          codeOf(text),
        );
      }),
    );
  });

  it('gives a coded error or a record for any damage to a good one', () => {
    const text = formatCompletionRecord(whole);
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ maxLength: 3 }),
        fc.nat(3),
        (at, put, cut) => {
          const damaged = text.slice(0, at) + put + text.slice(at + cut);
          expect(['none', 'MALFORMED_RECORD', 'BAD_REFERENCE', 'BAD_CAPDATA']).toContain(
            codeOf(damaged),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
