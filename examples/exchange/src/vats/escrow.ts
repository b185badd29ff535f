import type { Brand, MarketTerms, Payment, Payout, Purse } from './types.js';

/** An amount of cash and an amount of shares, for instance what one offer gives. */
export interface Stake {
  readonly cash: bigint;
  readonly shares: bigint;
}

/** A place at the table: goods that are in escrow, and the promise of what becomes of them. */
export interface Seat {
  readonly give: Stake;
  readonly want: Stake;
  readonly payout: Promise<Payout>;
}

/** What a seat shall get. */
export interface Allocation<S extends Seat = Seat> extends Stake {
  readonly seat: S;
}

export interface Escrow {
  /** Takes the payment into custody; fails, and leaves it alone, unless it holds exactly `give`. */
  seat(payment: Payment, give: Stake, want: Stake): Promise<Seat>;
  /**
   * Pays out, and settles when all payouts are on their way. Refused, with nothing touched, if some seat
   * would get neither all that it wants nor all that it gave, or if the sums differ from what was given.
   */
  settle(allocations: readonly Allocation[]): Promise<void>;
  getHeld(): Promise<Stake>;
}

const covers = (a: Stake, b: Stake) => a.cash >= b.cash && a.shares >= b.shares;

const total = (stakes: readonly Stake[]): Stake =>
  stakes.reduce(
    (sum, { cash, shares }) => ({ cash: sum.cash + cash, shares: sum.shares + shares }),
    { cash: 0n, shares: 0n },
  );

/** All that the seat gave. */
export const refund = <S extends Seat>(seat: S): Allocation<S> => ({ seat, ...seat.give });

const isSwap = ({ seat, ...gets }: Allocation) => covers(gets, seat.want);

/** The law of the escrow, enforced here so that a mistake in the matching cannot cost anyone anything. */
const insistLawful = (allocations: readonly Allocation[]) => {
  for (const allocation of allocations) {
    if (!isSwap(allocation) && !covers(allocation, allocation.seat.give)) {
      throw Error('a seat would get neither what it wants nor what it gave');
    }
  }
  const gives = total(allocations.map(({ seat }) => seat.give));
  const gets = total(allocations);
  if (gives.cash !== gets.cash || gives.shares !== gets.shares) {
    throw Error('the payouts would not add up to what is in escrow');
  }
};

export const makeEscrow = async ({ cash, shares }: MarketTerms): Promise<Escrow> => {
  const [cashPurse, sharesPurse] = await Promise.all([
    E(cash.issuer).makeEmptyPurse(),
    E(shares.issuer).makeEmptyPurse(),
  ]);
  const open = new Map<Seat, (payout: Payout) => void>();

  /** Nothing is withdrawn for nothing: each payment is an object that others must keep track of. */
  const withdraw = (purse: Purse, brand: Brand, value: bigint) =>
    value > 0n ? E(purse).withdraw(harden({ brand, value })) : undefined;

  const pay = async (allocation: Allocation, resolve: (payout: Payout) => void) => {
    const [cashPayment, sharesPayment] = await Promise.all([
      withdraw(cashPurse, cash.brand, allocation.cash),
      withdraw(sharesPurse, shares.brand, allocation.shares),
    ]);
    resolve(
      harden({
        swapped: isSwap(allocation),
        ...(cashPayment && { cash: cashPayment }),
        ...(sharesPayment && { shares: sharesPayment }),
      }),
    );
  };

  return harden({
    seat: async (payment, give, want) => {
      // An offer gives one of the two, so one of the two purses takes the payment. The bank compares
      // the amounts: what a payment says about itself proves nothing.
      await (give.cash > 0n
        ? E(cashPurse).deposit(payment, harden({ brand: cash.brand, value: give.cash }))
        : E(sharesPurse).deposit(payment, harden({ brand: shares.brand, value: give.shares })));
      let resolvePayout!: (payout: Payout) => void;
      const payout = new Promise<Payout>((resolve) => {
        resolvePayout = resolve;
      });
      const seat: Seat = harden({ give, want, payout });
      open.set(seat, resolvePayout);
      return seat;
    },

    settle: async (allocations) => {
      insistLawful(allocations);
      // A seat leaves the table here, so that listing it again, now or later, finds it gone.
      const resolvers = new Map(allocations.map(({ seat }) => [seat, open.get(seat)]));
      if (resolvers.size < allocations.length || [...resolvers.values()].includes(undefined)) {
        throw Error('a seat is listed twice, or was settled before');
      }
      for (const seat of resolvers.keys()) open.delete(seat);
      await Promise.all(
        allocations.map((allocation) => pay(allocation, resolvers.get(allocation.seat)!)),
      );
    },

    getHeld: async () => {
      const [heldCash, heldShares] = await Promise.all([
        E(cashPurse).getCurrentAmount(),
        E(sharesPurse).getCurrentAmount(),
      ]);
      return harden({ cash: heldCash.value, shares: heldShares.value });
    },
  });
};
