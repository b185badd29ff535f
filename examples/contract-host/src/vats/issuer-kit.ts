import type { Issuer, Payment, Purse } from './types.js';

export interface IssuerKit {
  readonly issuer: Issuer;
  /** The power to make new units. */
  readonly mint: (value: bigint) => Payment;
  readonly totals: () => {
    readonly minted: bigint;
    readonly inPurses: bigint;
    readonly inPayments: bigint;
  };
}

/**
 * One token. Every unit is at all times in one entry of one of the two ledgers below: what moves units checks everything
 * first, and then changes two entries without a turn in between.
 */
export const makeIssuerKit = (name: string): IssuerKit => {
  // The keys are the only proof of ownership there is.
  const purses = new Map<Purse, bigint>();
  const payments = new Map<Payment, bigint>();
  let minted = 0n;

  const makePayment = (value: bigint): Payment => {
    const payment: Payment = Far(`${name} payment`, { getTokenName: () => name });
    payments.set(payment, value);
    return payment;
  };

  const valueOf = (payment: Payment): bigint => {
    const value = payments.get(payment);
    if (value === undefined) throw Error(`not a live payment of ${name}`);
    return value;
  };

  const makeEmptyPurse = (): Purse => {
    const balance = () => purses.get(purse)!;
    const purse: Purse = Far(`${name} purse`, {
      getBalance: balance,
      deposit: (payment: Payment) => {
        const value = valueOf(payment);
        payments.delete(payment);
        purses.set(purse, balance() + value);
        return value;
      },
      withdraw: (value: bigint) => {
        if (typeof value !== 'bigint' || value < 0n || value > balance()) {
          throw Error(`cannot take ${String(value)} out of ${balance()} ${name}`);
        }
        purses.set(purse, balance() - value);
        return makePayment(value);
      },
    });
    purses.set(purse, 0n);
    return purse;
  };

  const sum = (values: Iterable<bigint>) => [...values].reduce((all, value) => all + value, 0n);

  return harden({
    issuer: Far(`${name} issuer`, { getName: () => name, getValue: valueOf, makeEmptyPurse }),
    mint: (value: bigint) => {
      minted += value;
      return makePayment(value);
    },
    // Added up entry by entry when asked, and not kept: a running total would agree with itself.
    totals: () => ({ minted, inPurses: sum(purses.values()), inPayments: sum(payments.values()) }),
  });
};
