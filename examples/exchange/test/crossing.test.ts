import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cross, type Order } from '../src/vats/crossing.js';

const order = (side: Order['side'], member: string, limit: bigint, index = 1): Order => ({
  side,
  member,
  index,
  limit,
});

const orders = fc.array(
  fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    member: fc.constantFrom('a', 'b', 'c', 'd'),
    index: fc.nat(3),
    limit: fc.bigInt(1n, 40n),
  }),
  { maxLength: 30 },
);
const reference = fc.bigInt(1n, 40n);

describe('a crossing', () => {
  it('brings the best bid together with the best ask', () => {
    const book = [
      order('buy', 'low', 10n),
      order('sell', 'dear', 14n),
      order('buy', 'high', 15n),
      order('sell', 'cheap', 9n),
    ];
    const { price, pairs, unmatched } = cross(book, 12n);
    expect(price).toBe(12n);
    expect(pairs.map(({ buyer, seller }) => [buyer.member, seller.member])).toEqual([
      ['high', 'cheap'],
    ]);
    expect(unmatched.map(({ member }) => member)).toEqual(['low', 'dear']);
  });

  it('goes by name and number where limits are equal', () => {
    const book = [order('buy', 'b', 10n), order('buy', 'a', 10n, 2), order('buy', 'a', 10n, 1)];
    const { pairs } = cross([...book, order('sell', 's', 10n), order('sell', 't', 10n)], 10n);
    expect(pairs.map(({ buyer }) => [buyer.member, buyer.index])).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
  });

  it.each([
    [5n, 9n],
    [11n, 11n],
    [99n, 13n],
  ])('comes as close to the reference %s as the limits allow: %s', (wanted, price) => {
    const book = [order('buy', 'a', 13n), order('sell', 'b', 9n)];
    expect(cross(book, wanted).price).toBe(price);
  });

  it('has no price where nobody trades', () => {
    expect(cross([order('buy', 'a', 8n), order('sell', 'b', 9n)], 8n)).toMatchObject({
      price: undefined,
      pairs: [],
    });
  });

  it('leaves nobody out, takes nobody twice, and stays within every limit', () => {
    fc.assert(
      fc.property(orders, reference, (book, at) => {
        const { price, pairs, unmatched } = cross(book, at);
        const seen = [...pairs.flatMap(({ buyer, seller }) => [buyer, seller]), ...unmatched];
        expect(new Set(seen)).toEqual(new Set(book));
        expect(seen).toHaveLength(book.length);
        for (const { buyer, seller } of pairs) {
          expect(buyer.side === 'buy' && buyer.limit >= price!).toBe(true);
          expect(seller.side === 'sell' && seller.limit <= price!).toBe(true);
        }
        // Nothing is left that could have traded.
        const bids = unmatched.filter(({ side }) => side === 'buy').map(({ limit }) => limit);
        const asks = unmatched.filter(({ side }) => side === 'sell').map(({ limit }) => limit);
        expect(bids.every((bid) => asks.every((ask) => bid < ask))).toBe(true);
      }),
    );
  });

  it('does not depend on the order of arrival', () => {
    const distinct = fc.uniqueArray(
      fc.record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        member: fc.constantFrom('a', 'b', 'c', 'd'),
        index: fc.nat(5),
        limit: fc.bigInt(1n, 40n),
      }),
      { selector: ({ side, member, index }) => `${side} ${member} ${index}`, maxLength: 20 },
    );
    const shuffled = distinct.chain((book) =>
      fc.tuple(
        fc.constant(book),
        fc.shuffledSubarray(book, { minLength: book.length, maxLength: book.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, reference, ([book, other], at) => {
        expect(cross(other, at)).toEqual(cross(book, at));
      }),
    );
  });
});
