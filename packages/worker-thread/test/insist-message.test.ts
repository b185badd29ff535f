import { describe, expect, it } from 'vitest';
import { insistFromThread } from '../src/insist-message.js';

const divergence = { n: 3, index: 0, expected: '["send"]', actual: undefined };

describe('a message of a thread', () => {
  it.each([
    [['ready', 7]],
    [['ready', undefined]],
    [['log', 'a warning']],
    [['records', 1, ['{}'], [1.5, 2.5]]],
    // Records are looked at one by one, when they are retired, and times by those who believe them.
    [['records', 1, [undefined, 5, {}], ['now', null]]],
    [['replayed', 1, 3, 2]],
    [['diverged', 1, divergence]],
    [['console', 1, 'warn', 'careful', 7]],
    [['failed', 1, 'crashed', 0, 'why']],
    [['stopped', 1]],
    [['read', 1, 'getNextKey', 'a']],
  ])('is heard: %o', (message) => {
    expect(insistFromThread(message)).toEqual(message);
  });

  it.each([
    [undefined],
    ['text'],
    [{ 0: 'records', length: 3 }],
    [[]],
    [['no such tag', 1]],
    [[{ toString: 1 }]],
    // A path in place of a number would be read.
    [['ready', '../../1/task/1']],
    [['ready', -1]],
    [['log', 5]],
    [['log']],
    [['records', 1]],
    [['records', '1', []]],
    [['records', -1, []]],
    [['records', 1, 'abc']],
    [['records', 1, [], 'abc']],
    [['records', 1, { length: 1e9 }]],
    [['replayed', 1, 3]],
    [['replayed', 1, 3, -5]],
    [['replayed', 1, 0.5, 1]],
    [['diverged', 1]],
    [['diverged', 1, { ...divergence, n: 3n }]],
    [['diverged', 1, { ...divergence, actual: { toJSON: 1 } }]],
    [['console', 1, 'constructor', 'x', 1]],
    [['console', 1, 'log', 5, 1]],
    [['console', 1, 'log', 'x', -1]],
    [['console', 1, 'log', 'x']],
    [['failed', 1, 'crashed', 0]],
    [['failed', 1, 'toString', 0, 'why']],
    // A vat that ends each time by the fault of others would be brought up without end.
    [['failed', 1, 'collateral', 0, 'why']],
    [['failed', 1, 'crashed', 'x', 'why']],
    [['stopped']],
    [['read', 1, 'constructor', 'a']],
    [['read', 1, '__proto__', 'a']],
    [['read', 1, 'get', 5]],
    [['read', 1, 'get', 'x'.repeat(301)]],
  ])('is none: %o', (message) => {
    expect(() => insistFromThread(message)).toThrow(
      expect.objectContaining({ code: 'BAD_ARGUMENT' }),
    );
  });

  it('has texts that are cut', () => {
    const long = 'x'.repeat(3_000_000);
    expect(String(insistFromThread(['failed', 1, 'crashed', 0, long])[4])).toHaveLength(4_000);
    expect(String(insistFromThread(['console', 1, 'log', long, 1])[3])).toHaveLength(1_000_000);
  });
});
