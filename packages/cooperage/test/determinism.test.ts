/** One history for any number of threads. */
import { expect, test } from 'vitest';
import { replayKernel } from '../src/index.js';
import { live } from './lives.js';

test.each([
  [1, 1],
  [2, 8],
  [3, 32],
])(
  'seed %i, window %i: 1, 2 and 8 threads end in one state, by one history',
  async (seed, window) => {
    const { directory, ...alone } = await live(seed, { threads: 1, window });
    expect(alone.vats).toBeGreaterThan(4);
    expect(alone.retired.length).toBeGreaterThan(100);
    for (const threads of [2, 8]) {
      const { directory: _, ...other } = await live(seed, { threads, window });
      expect(other).toEqual(alone);
    }
    // With the inputs at the same places every hash of the chain is the same, and all rows are at the end.
    for (const threads of [1, 2, 8]) {
      const { from, difference } = await replayKernel({ directory, threads });
      expect([from, difference]).toEqual([1, undefined]);
    }
  },
);
