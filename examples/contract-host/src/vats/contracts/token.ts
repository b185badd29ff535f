import type { Issuer, Payment } from '../types.js';

/** A token without purses: payments are claimed, split, and that is all. */
export const makeToken = (name: string) => {
  const live = new Map<Payment, bigint>();

  const issue = (value: bigint): Payment => {
    const payment: Payment = Far(`${name} payment`, { getTokenName: () => name });
    live.set(payment, value);
    return payment;
  };

  const valueOf = (payment: Payment): bigint => {
    const value = live.get(payment);
    if (value === undefined) throw Error(`not a live payment of ${name}`);
    return value;
  };

  const issuer: Issuer = Far(`${name} issuer`, {
    getName: () => name,
    getValue: valueOf,
    claim: (payment: Payment) => {
      const value = valueOf(payment);
      live.delete(payment);
      return issue(value);
    },
    split: (payment: Payment, value: bigint) => {
      const whole = valueOf(payment);
      if (typeof value !== 'bigint' || value < 0n || value > whole) {
        throw Error(`cannot take ${String(value)} out of ${whole} ${name}`);
      }
      live.delete(payment);
      return harden([issue(value), issue(whole - value)] as const);
    },
  });

  return harden({ issuer, issue });
};
