// Which orders meet, and at what price: pure functions of what is in the book, in which the order of
// arrival has no part. Prices here are those of a whole lot, so nothing is ever divided or rounded.

export interface Order {
  readonly side: 'buy' | 'sell';
  readonly member: string;
  /** The member's own number for this offer: breaks ties among its own. */
  readonly index: number;
  /** The most that a buyer pays and the least that a seller takes for the lot. */
  readonly limit: bigint;
}

export interface Crossing<O extends Order> {
  /** What every pair pays, whatever its limits. Undefined if no orders meet. */
  readonly price: bigint | undefined;
  readonly pairs: readonly { readonly buyer: O; readonly seller: O }[];
  readonly unmatched: readonly O[];
}

const compare = <T extends bigint | number | string>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

/** The better limit first, then by name, then by number. */
const byPriority = (a: Order, b: Order) =>
  (a.side === 'buy' ? compare(b.limit, a.limit) : compare(a.limit, b.limit)) ||
  compare(a.member, b.member) ||
  compare(a.index, b.index);

const clamp = (value: bigint, low: bigint, high: bigint) =>
  value < low ? low : value > high ? high : value;

/**
 * A call auction: the best bid meets the best ask, the second best the second best, as long as the bid
 * is not below the ask. All pay one price, the one closest to `reference` that the last pair can agree
 * on. Every earlier pair has limits at least as generous, so no one trades beyond the own limit.
 */
export const cross = <O extends Order>(orders: readonly O[], reference: bigint): Crossing<O> => {
  const bids = orders.filter(({ side }) => side === 'buy').sort(byPriority);
  const asks = orders.filter(({ side }) => side === 'sell').sort(byPriority);
  const pairs: { buyer: O; seller: O }[] = [];
  for (const [index, buyer] of bids.entries()) {
    const seller = asks[index];
    if (seller === undefined || buyer.limit < seller.limit) break;
    pairs.push({ buyer, seller });
  }
  const last = pairs.at(-1);
  return {
    price: last && clamp(reference, last.seller.limit, last.buyer.limit),
    pairs,
    unmatched: [...bids.slice(pairs.length), ...asks.slice(pairs.length)],
  };
};
