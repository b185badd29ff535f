import './globals.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeIssuerKit } from '../src/vats/issuer-kit.js';
import type { Amount, Payment, Purse } from '../src/vats/types.js';

const setUp = () => {
  const kit = makeIssuerKit('cash');
  const amount = (value: bigint): Amount => ({ brand: kit.brand, value });
  const makePurse = (value: bigint) => {
    const purse = kit.issuer.makeEmptyPurse();
    purse.deposit(kit.mint.mintPayment(amount(value)));
    return purse;
  };
  const balance = (purse: Purse) => purse.getCurrentAmount().value;
  return { ...kit, amount, makePurse, balance };
};

describe('a purse', () => {
  it('holds what was deposited, less what was withdrawn', () => {
    const { makePurse, amount, balance, issuer, brand } = setUp();
    const [alice, bob] = [makePurse(100n), issuer.makeEmptyPurse()];
    expect(bob.deposit(alice.withdraw(amount(30n)))).toEqual({ brand, value: 30n });
    expect([balance(alice), balance(bob)]).toEqual([70n, 30n]);
  });

  it('does not give more than it holds', () => {
    const { makePurse, amount, balance } = setUp();
    const purse = makePurse(100n);
    expect(() => purse.withdraw(amount(101n))).toThrow('the purse holds 100 of cash, not 101');
    expect(balance(purse)).toBe(100n);
  });

  it.each([-1n, 1, 1.5, '1', undefined])('does not take %s for a value', (value) => {
    const { makePurse, amount } = setUp();
    expect(() => makePurse(100n).withdraw(amount(value as never))).toThrow('not a value');
  });

  it('does not know the amounts of another brand, not even one of the same name', () => {
    const { makePurse } = setUp();
    expect(() => makePurse(100n).withdraw(setUp().amount(1n))).toThrow('not one of cash');
  });
});

describe('a payment', () => {
  it('can be deposited once', () => {
    const { makePurse, amount, balance, issuer, auditor } = setUp();
    const [alice, bob] = [makePurse(100n), issuer.makeEmptyPurse()];
    const payment = alice.withdraw(amount(30n));
    bob.deposit(payment);
    expect(() => bob.deposit(payment)).toThrow('not a live payment');
    expect(() => alice.deposit(payment)).toThrow('not a live payment');
    expect(() => issuer.getAmountOf(payment)).toThrow('not a live payment');
    expect(balance(bob)).toBe(30n);
    expect(auditor.getTotals()).toEqual({ minted: 100n, inPurses: 100n, inPayments: 0n });
  });

  it('cannot be deposited in a purse of another brand, and is still good after the attempt', () => {
    const { makePurse, amount, issuer } = setUp();
    const other = makeIssuerKit('cash');
    const payment = makePurse(100n).withdraw(amount(30n));
    expect(() => other.issuer.makeEmptyPurse().deposit(payment)).toThrow('not a live payment');
    expect(issuer.getAmountOf(payment).value).toBe(30n);
  });

  it('cannot be forged', () => {
    const { issuer, brand } = setUp();
    const forged: Payment = Far('cash payment', { getAllegedBrand: () => brand });
    expect(() => issuer.makeEmptyPurse().deposit(forged)).toThrow('not a live payment');
  });

  it('is left alone if it does not hold exactly what is expected', () => {
    const { makePurse, amount, issuer, balance } = setUp();
    const purse = issuer.makeEmptyPurse();
    const payment = makePurse(100n).withdraw(amount(30n));
    for (const wrong of [29n, 31n]) {
      expect(() => purse.deposit(payment, amount(wrong))).toThrow('the payment holds 30');
    }
    purse.deposit(payment, amount(30n));
    expect(balance(purse)).toBe(30n);
  });
});

describe('an issuer', () => {
  it('has no way to the mint', () => {
    const { issuer } = setUp();
    expect(Object.keys(issuer).filter((key) => key.includes('int'))).toEqual([]);
  });

  it('conserves every unit through any sequence of attempts', () => {
    type Attempt = {
      act: 'mint' | 'withdraw' | 'deposit';
      purse: number;
      which: number;
      value: bigint;
    };
    const attempts: fc.Arbitrary<Attempt[]> = fc.array(
      fc.record({
        act: fc.constantFrom('mint', 'withdraw', 'deposit'),
        purse: fc.nat(3),
        which: fc.nat(20),
        value: fc.bigInt(-5n, 100n),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(attempts, (list) => {
        const kit = setUp();
        const purses = [0, 1, 2, 3].map(() => kit.issuer.makeEmptyPurse());
        const payments: Payment[] = []; // spent ones stay, to be tried again
        let minted = 0n;
        for (const { act, purse, which, value } of list) {
          try {
            if (act === 'mint') {
              payments.push(kit.mint.mintPayment(kit.amount(value)));
              minted += value;
            } else if (act === 'withdraw') {
              payments.push(purses[purse]!.withdraw(kit.amount(value)));
            } else if (payments.length > 0) {
              purses[purse]!.deposit(payments[which % payments.length]!);
            }
          } catch {
            // A refused attempt must change nothing: that is what is checked next.
          }
          const totals = kit.auditor.getTotals();
          expect(totals.minted).toBe(minted);
          expect(totals.inPurses + totals.inPayments).toBe(minted);
          expect(purses.every((one) => kit.balance(one) >= 0n)).toBe(true);
        }
      }),
    );
  });
});
