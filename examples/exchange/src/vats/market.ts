import { cross, type Order } from './crossing.js';
import { makeEscrow, refund, type Allocation, type Seat, type Stake } from './escrow.js';
import { makeFingerprint } from './fingerprint.js';
import type {
  Desk,
  MarketKit,
  MarketTerms,
  Member,
  Payment,
  Proposal,
  Quote,
  Receipt,
} from './types.js';

/** An offer whose goods are in escrow. */
interface Offer extends Order {
  readonly seat: Seat;
}

/** One call auction: offers come in, in any order, until every member has had its say. */
interface Auction {
  isOpen: boolean;
  readonly offers: Offer[];
  /** For each member that has made offers: on which side, and how many. */
  readonly sides: Map<string, { readonly side: Order['side']; count: number }>;
}

/**
 * A market for the shares of one company.
 *
 * The members live in vats of their own, and their offers arrive in whatever order those vats happen to
 * run. The market therefore does nothing on arrival but put goods in escrow. It closes when the last
 * member has answered, and what happens then depends on the set of offers only.
 */
export const makeMarket = async (terms: MarketTerms): Promise<MarketKit> => {
  const { cash, shares, lot } = terms;
  const escrow = await makeEscrow(terms);
  const members = new Map<string, { member: Member; desk: Desk }>();
  const fingerprint = makeFingerprint();
  const counts = { rounds: 0, offers: 0, trades: 0, refunds: 0, turnover: 0n, lastPrice: 0n };
  let auction: Auction | undefined;

  /** Checks what a member proposes: exactly one lot, against a positive amount of cash. */
  const readProposal = ({ give, want }: Proposal) => {
    const side: Order['side'] = give.brand === cash.brand ? 'buy' : 'sell';
    const [forCash, forShares] = side === 'buy' ? [give, want] : [want, give];
    if (forCash.brand !== cash.brand || forShares.brand !== shares.brand) {
      throw Error('this market swaps its own shares against cash');
    }
    if (forShares.value !== lot) throw Error(`offers here are about ${lot} shares`);
    const limit = forCash.value;
    if (typeof limit !== 'bigint' || limit <= 0n) throw Error(`not a price: ${String(limit)}`);
    const cashStake: Stake = { cash: limit, shares: 0n };
    const sharesStake: Stake = { cash: 0n, shares: lot };
    return side === 'buy'
      ? { side, limit, give: cashStake, want: sharesStake }
      : { side, limit, give: sharesStake, want: cashStake };
  };

  /** A member numbers its own offers and stays on one side, so it can never be its own counterparty. */
  const enter = ({ sides }: Auction, member: string, side: Order['side']): number => {
    const entry = sides.get(member) ?? { side, count: 0 };
    if (entry.side !== side)
      throw Error(`this member is on the other side: it wants to ${entry.side}`);
    sides.set(member, entry);
    entry.count += 1;
    return entry.count;
  };

  const makeDesk = (name: string): Desk =>
    Far('desk', {
      offer: async (proposal: Proposal, payment: Payment): Promise<Receipt> => {
        const entered = auction;
        if (entered === undefined) throw Error('the market is closed');
        const { side, limit, give, want } = readProposal(proposal);
        const index = enter(entered, name, side);
        const seat = await escrow.seat(payment, give, want);
        if (entered.isOpen) {
          entered.offers.push({ side, member: name, index, limit, seat });
        } else {
          // Too late: the member did not wait for this offer before it said that it was done.
          await escrow.settle([refund(seat)]);
        }
        return harden({ payout: seat.payout });
      },
    });

  /** Decides what everyone gets, and leaves it to the escrow to make sure that all is paid for. */
  const close = async ({ offers }: Auction, { round, date, price: sharePrice }: Quote) => {
    const { price = 0n, pairs, unmatched } = cross(offers, sharePrice * lot);
    const allocations: Allocation[] = [
      ...pairs.flatMap(({ buyer, seller }) => [
        { seat: buyer.seat, cash: buyer.limit - price, shares: lot },
        { seat: seller.seat, cash: price, shares: 0n },
      ]),
      ...unmatched.map(({ seat }) => refund(seat)),
    ];
    try {
      await escrow.settle(allocations);
    } catch (reason) {
      await escrow.settle(offers.map(({ seat }) => refund(seat)));
      throw reason;
    }
    counts.rounds += 1;
    counts.offers += offers.length;
    counts.trades += pairs.length;
    counts.refunds += unmatched.length;
    counts.turnover += price * BigInt(pairs.length);
    counts.lastPrice = sharePrice;
    for (const { buyer, seller } of pairs) {
      fingerprint.add(`${round} ${date} ${buyer.member} < ${seller.member} ${price}`);
    }
  };

  return harden({
    ticker: Far('ticker', {
      announce: async (quote: Quote) => {
        if (auction !== undefined) throw Error('the last auction is not over yet');
        const opened: Auction = { isOpen: true, offers: [], sides: new Map() };
        auction = opened;
        // All members at the same time. One that fails, or whose vat is gone, just makes no more offers.
        await Promise.allSettled(
          [...members.values()].map(({ member, desk }) => E(member).auction(quote, desk)),
        );
        opened.isOpen = false;
        try {
          await close(opened, quote);
        } finally {
          auction = undefined;
        }
      },
    }),

    admission: Far('admission', {
      admit: (name: string, member: Member) => {
        if (members.has(name)) throw Error(`there is a member called ${name} already`);
        members.set(name, { member, desk: makeDesk(name) });
      },
    }),

    records: Far('records', {
      getSummary: async () => {
        const held = await escrow.getHeld();
        return harden({
          ...counts,
          shares: BigInt(counts.trades) * lot,
          fingerprint: fingerprint.get(),
          escrowedCash: held.cash,
          escrowedShares: held.shares,
        });
      },
    }),
  });
};
