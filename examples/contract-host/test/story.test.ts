import { describe, expect, it } from 'vitest';
import { play } from './one-heap.js';

describe('the contract host in one heap', () => {
  it('tells what became of each instance', async () => {
    const { instances } = await play();
    expect(
      instances.map(({ name, state, reason, events }) => [name, state, reason, ...events]),
    ).toEqual([
      ['coins', 'running', undefined],
      ['shares', 'running', undefined],
      ['tips', 'running', undefined, '5 draws, then: the tip faucet is empty'],
      // Here the root of a terminated vat answers all the same: only a kernel breaks the reference.
      ['doomed', 'ended', 'its sponsor withdrew'],
      ['broken', 'failed to start', 'limit must be positive: -5'],
      ['painting', 'running', undefined, 'bids 40, 75, 60: number 2 won and pays 60'],
      ['call 1', 'running', undefined, 'exercised: the writer has 50 coin'],
      ['call 2', 'running', undefined, 'expired: the writer has 10 share'],
    ]);
  });
});
