import { expect, it } from 'vitest';
import { playStory } from '../src/vats/story.js';
import { makeWorld, timer } from './one-heap.js';

it('the story in one heap: what became of each instance, and of all the money', async () => {
  const { hostRoot, market } = await makeWorld();
  const { instances, audit } = await playStory(hostRoot, market, timer);
  expect(
    instances.map(({ name, state, reason, status, events }) => [
      name,
      state,
      reason,
      status,
      ...events,
    ]),
  ).toEqual([
    ['coins', 'running', undefined, '500 of 1000 left'],
    ['shares', 'running', undefined, '70 of 100 left'],
    ['paintings', 'running', undefined, 'empty'],
    ['tips', 'running', undefined, 'empty', '5 draws, then: the faucet is empty'],
    ['broken', 'failed to start', 'limit must be positive: -5', undefined],
    [
      'painting',
      'running',
      undefined,
      'closed: number 2 of 3 won and paid 60',
      'bids 40, 75, 60: number 2 wins and pays 60',
    ],
    [
      'call 1',
      'running',
      undefined,
      'exercised',
      'what bob had: the invitation is void, or not of this instance',
      'carol pays alice 50 coin for 10 share',
    ],
    ['call 2', 'running', undefined, 'expired', 'dave has his 10 share back'],
    [
      'doomed',
      'ended',
      'its sponsor withdrew',
      'open: 1 sealed bid',
      'carol has her 10 share back, and bob his 30 coin',
    ],
    [
      'thief',
      'running',
      undefined,
      'tried 4 things',
      'take it: a seat would have neither what it wants nor what it gave',
      'forge a seat: that seat has exited',
      'make more: there is no Coin here, but nothing at all',
      // Only where the language is locked down, as it is in a vat, is there nothing to be had.
      expect.stringContaining('change the language: '),
      expect.stringContaining('within reach: '),
    ],
  ]);
  expect(audit.map(({ token, minted, conserved }) => [token, minted, conserved])).toEqual([
    ['coin', 500n, true],
    ['nothing', 0n, true],
    ['painting', 1n, true],
    ['share', 30n, true],
    ['tip', 5n, true],
  ]);
  expect(await market.balances()).toEqual([
    { user: 'alice', balances: { coin: 210n, painting: 0n, share: 0n } },
    { user: 'bob', balances: { coin: 100n, share: 0n } },
    { user: 'carol', balances: { coin: 90n, painting: 1n, share: 20n } },
    { user: 'dave', balances: { coin: 100n, share: 10n, tip: 5n } },
  ]);
});
