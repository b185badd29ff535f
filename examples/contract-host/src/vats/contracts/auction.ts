import type { Contract, Seat } from '../contract.js';
import { valueOf } from '../law.js';
import type { Invitation } from '../types.js';

export interface Terms {
  /** The bidding ends when this settles, if the seller does not end it before: a timer's promise, or any other. */
  readonly deadline: Promise<unknown>;
}

export interface Seller {
  /** To sell: give `Lot`, want the reserve in `Bid`. The offer's result is the outcome's promise. */
  makeInvitation(): Invitation;
  /** Ends the bidding. */
  close(): void;
}

export interface Bidders {
  /** To bid: give `Bid`, want the `Lot`. A bid binds; its result is the place in the order of bids, from 1. */
  makeInvitation(): Invitation;
}

export interface Outcome {
  /** The place of the bid that won; undefined where none reached the reserve. */
  readonly winner: number | undefined;
  readonly price: bigint;
}

/** A sealed auction: the highest bid wins and pays what the second highest offered, or the reserve. */
export const start: Contract<Terms, Seller, Bidders>['start'] = (powers, { deadline }) => {
  const bids: Seat[] = [];
  let lot: Seat | undefined;
  let isOpen = true;
  let tell!: (outcome: Outcome) => void;
  const outcome = new Promise<Outcome>((resolve) => {
    tell = resolve;
  });
  powers.report('nothing to sell yet');

  const bidOf = (seat: Seat) => valueOf(seat.proposal.give, 'Bid');

  /** The price is known, and the seats are paid for all that is not theirs any more. */
  const settle = (seller: Seat): Outcome => {
    const reserve = valueOf(seller.proposal.want, 'Bid');
    // Of equal bids the earlier one wins: the sort is stable.
    const [winner, second] = bids
      .filter((seat) => bidOf(seat) >= reserve)
      .sort((a, b) => (bidOf(a) > bidOf(b) ? -1 : bidOf(a) < bidOf(b) ? 1 : 0));
    if (winner === undefined) return { winner: undefined, price: 0n };
    const price = second === undefined ? reserve : bidOf(second);
    powers.transfer([
      { from: winner, to: seller, amounts: { Bid: price } },
      { from: seller, to: winner, amounts: seller.proposal.give },
    ]);
    return { winner: bids.indexOf(winner) + 1, price };
  };

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    const result = lot === undefined ? { winner: undefined, price: 0n } : settle(lot);
    for (const seat of lot === undefined ? bids : [lot, ...bids]) seat.exit();
    const { winner, price } = result;
    powers.report(
      winner === undefined
        ? `closed: none of ${bids.length} bids was enough`
        : `closed: number ${winner} of ${bids.length} won and paid ${price}`,
    );
    tell(harden(result));
  };
  deadline.then(close, close);

  const sell = (seat: Seat) => {
    if (!isOpen || lot !== undefined) throw Error('the auction has its lot, or is closed');
    lot = seat;
    powers.report('open');
    return outcome;
  };

  const bid = (seat: Seat) => {
    if (!isOpen || lot === undefined) throw Error('the auction is not open');
    if (valueOf(seat.proposal.want, 'Lot') > valueOf(lot.proposal.give, 'Lot')) {
      throw Error('there is not so much to be had');
    }
    bids.push(seat);
    powers.report(`open: ${bids.length} sealed bid${bids.length === 1 ? '' : 's'}`);
    return bids.length;
  };

  return {
    creator: Far('seller', { makeInvitation: () => powers.makeInvitation(sell, 'sell'), close }),
    public: Far('bidders', { makeInvitation: () => powers.makeInvitation(bid, 'bid') }),
  };
};
