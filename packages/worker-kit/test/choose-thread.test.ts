import { describe, expect, it } from 'vitest';
import { chooseThread } from '../src/host/choose-thread.js';

const thread = (name: string, vats: number, busy = 0) => ({
  name,
  vats: { size: vats },
  utilization: () => busy,
});

describe('the thread for a new vat', () => {
  it('is a new one while there is room and none is empty', () => {
    expect(chooseThread([], 2)).toBe(undefined);
    expect(chooseThread([thread('a', 1)], 2)).toBe(undefined);
    expect(chooseThread([thread('a', 0)], 2)?.name).toBe('a');
  });

  it('is the one with the fewest vats when all are idle', () => {
    expect(chooseThread([thread('a', 3), thread('b', 2)], 2)?.name).toBe('b');
  });

  it('is an idle one rather than a busy one, unless it is much fuller', () => {
    expect(chooseThread([thread('a', 2, 0.9), thread('b', 4, 0)], 2)?.name).toBe('b');
    expect(chooseThread([thread('a', 2, 0.9), thread('b', 100, 0)], 2)?.name).toBe('a');
  });
});
