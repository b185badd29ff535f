import type { IssuerKit } from './issuer-kit.js';
import {
  add,
  insistAmounts,
  insistLawful,
  total,
  valueOf,
  type Amounts,
  type Proposal,
} from './law.js';
import type { Books, Payment, Purse } from './types.js';

/** What an instance deals in under one keyword. */
export interface Good {
  readonly kit: IssuerKit;
  /** The instance may make more of it. */
  readonly mayMint: boolean;
}

interface OpenSeat {
  readonly proposal: Proposal;
  allocation: Amounts;
  readonly pay: (payouts: Readonly<Record<string, Payment>>) => void;
}

export interface SeatTaken {
  readonly number: number;
  readonly payouts: Promise<Readonly<Record<string, Payment>>>;
}

/** What is in escrow for the seats of one instance. */
export interface Escrow {
  readonly books: Books;
  /** Takes the payments into custody; throws, and leaves them alone, unless they are live and what is given. */
  seat(proposal: Proposal, payments: Readonly<Record<string, Payment>>): SeatTaken;
  /** Pays every seat what it has: the instance is no more. */
  close(): void;
  /** By the seats. */
  allocated(): Amounts;
  /** By the purses. */
  held(): Amounts;
}

export interface EscrowEvents {
  /** Something is another than it was. */
  changed(status?: string): void;
  /** The instance's vat asked for what no framework asks for. */
  unlawful(reason: Error): void;
}

export const makeEscrow = (goods: ReadonlyMap<string, Good>, events: EscrowEvents): Escrow => {
  const purses = new Map<string, Purse>();
  for (const [keyword, { kit }] of goods) purses.set(keyword, kit.issuer.makeEmptyPurse());
  const seats = new Map<number, OpenSeat>();
  let newest = 0;

  const insistOpen = (number: number): OpenSeat => {
    const seat = seats.get(number);
    if (seat === undefined) throw Error(`there is no seat ${number}`);
    return seat;
  };

  const payAndForget = (number: number): void => {
    const { allocation, pay } = insistOpen(number);
    seats.delete(number);
    const due = Object.entries(allocation).filter(([, value]) => value > 0n);
    pay(
      harden(
        Object.fromEntries(
          due.map(([keyword, value]) => [keyword, purses.get(keyword)!.withdraw(value)]),
        ),
      ),
    );
  };

  /** The framework checks before it tells: what is wrong here comes from a vat that is not itself any more. */
  const lawfully = (change: () => void): void => {
    try {
      change();
    } catch (reason) {
      events.unlawful(reason as Error);
      return;
    }
    events.changed();
  };

  const books: Books = Far('books', {
    reallocate: (changes) =>
      lawfully(() => {
        const all = changes.map(([number, after]) => {
          insistAmounts(after, goods.keys());
          const seat = insistOpen(number);
          return { seat, proposal: seat.proposal, before: seat.allocation, after };
        });
        if (new Set(all.map(({ seat }) => seat)).size < all.length) {
          throw Error('a seat is listed twice');
        }
        insistLawful(all);
        for (const { seat, after } of all) seat.allocation = after;
      }),
    mint: (number, amounts) =>
      lawfully(() => {
        const seat = insistOpen(number);
        insistAmounts(amounts, goods.keys());
        const minted = Object.entries(amounts).map(([keyword, value]) => {
          const { kit, mayMint } = goods.get(keyword)!;
          if (!mayMint) throw Error(`this instance has no right to make ${keyword}`);
          return () => purses.get(keyword)!.deposit(kit.mint(value));
        });
        for (const make of minted) make();
        seat.allocation = add(seat.allocation, amounts);
      }),
    exit: (number) => lawfully(() => payAndForget(number)),
    report: (status) => events.changed(String(status)),
  });

  return harden({
    books,
    seat: (proposal, payments) => {
      insistAmounts(proposal.give, goods.keys());
      insistAmounts(proposal.want, goods.keys());
      const deposits = Object.entries(proposal.give).map(([keyword, value]) => {
        const payment = Object.hasOwn(payments, keyword) ? payments[keyword] : undefined;
        if (payment === undefined) throw Error(`there is no payment of ${keyword}`);
        const actual = goods.get(keyword)!.kit.issuer.getValue(payment);
        if (actual !== value) {
          throw Error(`the payment of ${keyword} has ${actual}, and not ${value}`);
        }
        return { keyword, payment };
      });
      const distinct = new Set(deposits.map(({ payment }) => payment));
      if (Object.keys(payments).length > deposits.length || distinct.size < deposits.length) {
        throw Error('each keyword that is given has one payment, and others have none');
      }
      // Nothing can fail from here on.
      for (const { keyword, payment } of deposits) purses.get(keyword)!.deposit(payment);
      newest += 1;
      let pay!: OpenSeat['pay'];
      const payouts = new Promise<Readonly<Record<string, Payment>>>((resolve) => {
        pay = resolve;
      });
      seats.set(newest, { proposal, allocation: proposal.give, pay });
      events.changed();
      return { number: newest, payouts };
    },
    close: () => {
      for (const number of [...seats.keys()]) payAndForget(number);
    },
    allocated: () => total([...seats.values()].map(({ allocation }) => allocation)),
    held: () =>
      Object.fromEntries([...purses].map(([keyword, purse]) => [keyword, purse.getBalance()])),
  });
};

/** What one token's units in the escrow are, by purses or by seats: keywords of several instances may name it. */
export const unitsOf = (
  goods: ReadonlyMap<string, Good>,
  amounts: Amounts,
  kit: IssuerKit,
): bigint =>
  [...goods]
    .filter(([, good]) => good.kit === kit)
    .reduce((sum, [keyword]) => sum + valueOf(amounts, keyword), 0n);
