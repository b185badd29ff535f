import { type DeliveryNumber, LIMITS, parseCompletionRecord } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { makeCrankLog } from '../../src/crank/crank-log.js';

const n = 1 as DeliveryNumber;
const SUBSCRIBE = '["subscribe","p-1"]';

describe('the log of a crank', () => {
  it('is a completion record', () => {
    const log = makeCrankLog(n);
    log.add(SUBSCRIBE, 0);
    log.add('["vatstoreGet","k"]', 0, 'a "quoted" value');
    log.add('["vatstoreGet","m"]', 0, null);
    expect(parseCompletionRecord(log.finish(undefined))).toEqual({
      n,
      status: ['ok'],
      syscalls: [
        [['subscribe', 'p-1']],
        [['vatstoreGet', 'k'], 'a "quoted" value'],
        [['vatstoreGet', 'm'], null],
      ],
      usage: null,
    });
  });

  it('takes as many syscalls as a record may hold, and no more', () => {
    const log = makeCrankLog(n);
    for (let i = 0; i < LIMITS.syscallsPerCrank; i += 1) log.add(SUBSCRIBE, 0);
    expect(() => log.add(SUBSCRIBE, 0)).toThrow(/more than \d+ syscalls/);
    expect(() => log.add(SUBSCRIBE, 0)).toThrow(/more than \d+ syscalls/);
    expect(parseCompletionRecord(log.finish(undefined)).status[0]).toBe('error');
  });

  it('is never longer than a record may be', () => {
    const log = makeCrankLog(n);
    const big = JSON.stringify(['vatstoreSet', 'k', 'x'.repeat(LIMITS.vatstoreValueLength)]);
    expect(() => {
      for (;;) log.add(big, 0);
    }).toThrow(/exceeds/);
    expect(log.full).toBe(true);
    expect(parseCompletionRecord(log.finish('another error'))).toMatchObject({
      status: ['error', expect.stringContaining('exceeds')],
      syscalls: [],
    });
  });

  it('does not repeat an endless error message', () => {
    const { status } = parseCompletionRecord(makeCrankLog(n).finish('x'.repeat(1_000_000)));
    expect(status[1]?.length).toBeLessThan(10_000);
  });
});
