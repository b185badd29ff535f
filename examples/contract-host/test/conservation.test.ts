// Users who do anything, in any order, with amounts that are often wrong, while instances are ended under them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeWorld } from './one-heap.js';

const user = fc.constantFrom('alice', 'bob', 'carol', 'dave');
const name = fc.constantFrom('one', 'two', 'three');
const value = fc.bigInt(0n, 120n);
const token = fc.constantFrom('coin', 'share', 'gold');

const action = fc.oneof(
  fc.tuple(fc.constant('draw' as const), user, fc.constantFrom('coins', 'shares', 'one')),
  fc.tuple(fc.constant('auction' as const), name, user, token, value, token, value),
  fc.tuple(fc.constant('bid' as const), user, name, value),
  fc.tuple(fc.constant('close' as const), name),
  fc.tuple(fc.constant('call' as const), name, user, token, value, token, value),
  fc.tuple(fc.constant('give' as const), user, name, user),
  fc.tuple(fc.constant('exercise' as const), user, name),
  fc.tuple(fc.constant('stop' as const), name),
  fc.tuple(fc.constant('expire' as const)),
);

/** What is in one batch happens at the same time. */
const batches = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), {
  minLength: 10,
  maxLength: 20,
});
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

it('conserves every token, and leaves nothing in escrow when all instances are ended', async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(batches, async (all) => {
      const { hostRoot, market } = await makeWorld();
      let expire!: () => void;
      const deadline = new Promise<void>((resolve) => {
        expire = resolve;
      });
      await market.open.faucet('coins', 'coin', 100n, 1_000n);
      await market.open.faucet('shares', 'share', 10n, 1_000n);
      for (const each of ['alice', 'bob', 'carol', 'dave']) {
        await market.draw(each, 'coins');
        await market.draw(each, 'shares');
      }
      const act = async (one: Action): Promise<unknown> => {
        switch (one[0]) {
          case 'draw':
            return market.draw(one[1], one[2]);
          case 'auction':
          case 'call': {
            const [kind, instance, owner, given, amount, wanted, price] = one;
            const terms = [
              instance,
              owner,
              { token: given, value: amount },
              { token: wanted, value: price },
              deadline,
            ] as const;
            return kind === 'auction'
              ? market.open.auction(...terms)
              : market.open.coveredCall(...terms);
          }
          case 'bid':
            return market.bid(one[1], one[2], one[3]);
          case 'close':
            return market.close(one[1]);
          case 'give':
            return market.give(one[1], one[2], one[3]);
          case 'exercise':
            return market.exercise(one[1], one[2]);
          case 'stop':
            return market.stop(one[1], 'enough');
          case 'expire':
            return expire();
        }
      };
      const insistConserved = () => {
        const broken = hostRoot.audit().filter(({ conserved }) => !conserved);
        expect(broken).toEqual([]);
      };
      for (const together of all) {
        await Promise.all(
          together.map(async (one) => {
            await act(one).then(
              () => (done += 1),
              () => {},
            );
            insistConserved();
          }),
        );
      }
      expire();
      for (const each of ['one', 'two', 'three']) await market.stop(each, 'over').catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1));
      insistConserved();
      for (const { minted, inPurses, inEscrow } of hostRoot.audit()) {
        // Whatever was given is in its owner's purse again, or in that of whoever bought it.
        expect([inEscrow, inPurses]).toEqual([0n, minted]);
      }
    }),
    { numRuns: 20 },
  );
  expect(done).toBeGreaterThan(50);
});
