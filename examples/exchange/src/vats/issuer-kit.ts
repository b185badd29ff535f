import type { Amount, Auditor, Brand, Issuer, IssuerKit, Mint, Payment, Purse } from './types.js';

/**
 * One kind of money: a brand, and the powers over it as separate objects, so that each can be given to
 * the one who needs it.
 *
 * Every unit is at all times in one entry of one of the two ledgers below. A method that moves units
 * checks everything first and then changes two entries without a turn in between, so there is no moment
 * at which someone could see a unit twice or not at all.
 */
export const makeIssuerKit = (name: string): IssuerKit => {
  const brand: Brand = Far(`${name} brand`, { getName: () => name });

  // The keys are the only proof of ownership there is: the holder of a purse can empty it. A payment's
  // entry is deleted with its deposit, which is what makes a second deposit of it fail.
  const purses = new Map<Purse, bigint>();
  const payments = new Map<Payment, bigint>();
  let minted = 0n;

  const amountOf = (value: bigint): Amount => harden({ brand, value });

  /** Amounts come from anyone: nothing about them is taken on trust. */
  const insistValue = (amount: Amount): bigint => {
    if (amount.brand !== brand) throw Error(`that amount is not one of ${name}`);
    const { value } = amount;
    if (typeof value !== 'bigint' || value < 0n) throw Error(`not a value: ${String(value)}`);
    return value;
  };

  const insistLive = (payment: Payment): bigint => {
    const value = payments.get(payment);
    if (value === undefined) throw Error(`not a live payment of ${name}`);
    return value;
  };

  const makePayment = (value: bigint): Payment => {
    const payment: Payment = Far(`${name} payment`, { getAllegedBrand: () => brand });
    payments.set(payment, value);
    return payment;
  };

  const makeEmptyPurse = (): Purse => {
    const getBalance = () => purses.get(purse) ?? 0n;
    const purse: Purse = Far(`${name} purse`, {
      getCurrentAmount: () => amountOf(getBalance()),
      deposit: (payment: Payment, expected?: Amount) => {
        const value = insistLive(payment);
        if (expected !== undefined && insistValue(expected) !== value) {
          throw Error(`the payment holds ${value} and not ${expected.value} of ${name}`);
        }
        payments.delete(payment);
        purses.set(purse, getBalance() + value);
        return amountOf(value);
      },
      withdraw: (amount: Amount) => {
        const value = insistValue(amount);
        const balance = getBalance();
        if (value > balance) throw Error(`the purse holds ${balance} of ${name}, not ${value}`);
        purses.set(purse, balance - value);
        return makePayment(value);
      },
    });
    purses.set(purse, 0n);
    return purse;
  };

  const issuer: Issuer = Far(`${name} issuer`, {
    getBrand: () => brand,
    getAmountOf: (payment: Payment) => amountOf(insistLive(payment)),
    makeEmptyPurse,
  });

  const mint: Mint = Far(`${name} mint`, {
    mintPayment: (amount: Amount) => {
      const value = insistValue(amount);
      minted += value;
      return makePayment(value);
    },
  });

  const sum = (values: Iterable<bigint>) => [...values].reduce((total, value) => total + value, 0n);

  const auditor: Auditor = Far(`${name} auditor`, {
    // Added up entry by entry when asked, and not kept: a running total would agree with itself.
    getTotals: () =>
      harden({ minted, inPurses: sum(purses.values()), inPayments: sum(payments.values()) }),
  });

  return harden({ brand, issuer, mint, auditor });
};
