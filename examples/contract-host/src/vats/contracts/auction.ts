import type { Contract, Issuer, Payment } from '../types.js';

export interface Terms {
  readonly currency: Issuer;
  /** What is sold: anything that can be handed over by handing over a reference. */
  readonly lot: unknown;
  readonly reserve: bigint;
}

export interface Result {
  readonly won: boolean;
  readonly lot?: unknown;
  /** What the bidder gets back. */
  readonly refund: Payment;
}

export interface Seller {
  /** Ends the bidding. Settles to the price, and its payment, or to nothing if nobody bid enough. */
  close(): Promise<{ readonly price: bigint; readonly proceeds?: Payment; readonly lot?: unknown }>;
}

export interface Bidders {
  /** The answer comes when the bid is in; the result in it, when the auction is closed. */
  bid(payment: Payment): Promise<{ readonly result: Promise<Result> }>;
}

interface Bid {
  readonly value: bigint;
  readonly payment: Payment;
  readonly resolve: (result: Result) => void;
}

/** A sealed auction: the highest bid wins and pays what the second highest offered, or the reserve. */
export const buildRootObject = (): Contract<Terms, Seller, Bidders> => {
  const start = ({ currency, lot, reserve }: Terms) => {
    const bids: Bid[] = [];
    let isOpen = true;

    const bidders: Bidders = Far('bidders', {
      bid: async (offered: Payment) => {
        if (!isOpen) throw Error('the auction is closed');
        // Claimed first, and valued then: nobody else can spend it any more.
        const payment = await E(currency).claim(offered);
        const value = await E(currency).getValue(payment);
        if (!isOpen) return harden({ result: Promise.resolve({ won: false, refund: payment }) });
        const result = new Promise<Result>((resolve) => {
          bids.push({ value, payment, resolve });
        });
        return harden({ result });
      },
    });

    const seller: Seller = Far('seller', {
      close: async () => {
        if (!isOpen) throw Error('the auction is closed');
        isOpen = false;
        const [winner, ...losers] = bids
          .filter(({ value }) => value >= reserve)
          .sort((a, b) => (a.value > b.value ? -1 : a.value < b.value ? 1 : 0));
        for (const { payment, resolve } of bids.filter((bid) => bid !== winner)) {
          resolve(harden({ won: false, refund: payment }));
        }
        if (winner === undefined) return harden({ price: 0n, lot });
        const price = losers[0]?.value ?? reserve;
        const [proceeds, refund] = await E(currency).split(winner.payment, price);
        winner.resolve(harden({ won: true, lot, refund }));
        return harden({ price, proceeds });
      },
    });

    return harden({ creator: seller, public: bidders });
  };
  return Far('auction contract', { start });
};
