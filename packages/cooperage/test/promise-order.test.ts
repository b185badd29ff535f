/** What was sent on a promise before the promise was passed on comes first: real vats, in each order. */
import { describe, expect, it } from 'vitest';
import { fixture, openForTest } from './helpers.js';

const source = fixture('promise-order-vat.js');
const published = { liveslots: { published: import.meta.resolve('@agoric/swingset-liveslots') } };

describe.each([
  ['ours', { window: 8 }],
  ['the published liveslots', { liveslots: 'published', window: 1 }],
])('on %s, with enablePipelining', (_, vat) => {
  it.each(['arrival', 'issue', 'adversarial'] as const)('in %s order', async (order) => {
    for (const seed of order === 'adversarial' ? [1, 2, 3, 4, 5, 6] : [1]) {
      const kernel = await openForTest({
        ...published,
        order,
        ...(order === 'adversarial' ? { seed } : {}),
        config: {
          vats: {
            alice: { source, ...vat },
            carol: { source, ...vat },
            bob: { source, ...vat, enablePipelining: true },
            ben: { source, ...vat, enablePipelining: true },
          },
        },
      });
      const [bob, ben, carol] = [kernel.root('bob'), kernel.root('ben'), kernel.root('carol')];
      expect(await kernel.send('alice', 'tell', [bob])).toEqual(['first', 'second']);
      expect(await kernel.send('alice', 'tellBy', [ben, carol])).toEqual([
        'first',
        'second of carol',
        'second',
      ]);
    }
  });
});
