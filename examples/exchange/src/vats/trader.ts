import { memory, rules, type RuleName, type Wish } from './rules.js';
import type { AccountTerms, Desk, Holdings, Payout, Quote, Receipt, Trader } from './types.js';

/** One trader: one company's shares, one fixed rule, two purses that no one else has. */
export const buildRootObject = (_powers: unknown, { rule }: { rule: RuleName }): Trader => {
  let account: AccountTerms | undefined;
  let prices: bigint[] = [];
  // The trader's own books. It could ask its purses, but what it does next must not depend on when.
  let cash = 0n;
  let shares = 0n;
  /** Settles when all that is owed to the trader is back in its purses. */
  let collected: Promise<unknown> = Promise.resolve();

  const insistAccount = () => {
    if (account === undefined) throw Error('this trader has no account yet');
    return account;
  };

  const collect = async (promised: Promise<Payout>) => {
    const { cashPurse, sharesPurse } = insistAccount();
    const payout = await promised;
    if (payout.cash !== undefined) {
      const { value } = await E(cashPurse).deposit(payout.cash);
      cash += value; // `cash += (await …).value` would add to what it was before the wait
    }
    if (payout.shares !== undefined) {
      const { value } = await E(sharesPurse).deposit(payout.shares);
      shares += value;
    }
  };

  /** Puts one lot's worth into escrow, and answers with the promise of what becomes of it. */
  const offer = async ({ side, limit }: Wish, desk: Desk): Promise<Receipt> => {
    const { cash: money, shares: stock, cashPurse, sharesPurse, lot } = insistAccount();
    const inCash = harden({ brand: money.brand, value: limit });
    const inShares = harden({ brand: stock.brand, value: lot });
    const [give, want, purse] =
      side === 'buy' ? [inCash, inShares, cashPurse] : [inShares, inCash, sharesPurse];
    if (side === 'buy') cash -= limit;
    else shares -= lot;
    const payment = await E(purse).withdraw(give);
    try {
      return await E(desk).offer(harden({ give, want }), payment);
    } catch {
      // The offer was refused, and so the payment was never touched: the trader pays it out to itself.
      const untouched = side === 'buy' ? { cash: payment } : { shares: payment };
      return { payout: Promise.resolve({ swapped: false, ...untouched }) };
    }
  };

  return Far('trader', {
    openAccount: async (terms: AccountTerms) => {
      account = terms;
      const held = await Promise.all([
        E(terms.cashPurse).getCurrentAmount(),
        E(terms.sharesPurse).getCurrentAmount(),
      ]);
      [cash, shares] = [held[0].value, held[1].value];
    },

    auction: async ({ price }: Quote, desk: Desk) => {
      const { lot } = insistAccount();
      // Last month's payouts first: what it can offer today is a function of the auctions so far.
      await collected;
      prices = [...prices, price].slice(-memory);
      const wishes = rules[rule]({ prices, lot, cash, shares });
      // The market closes when all members have answered: so not before the offers are in, and without
      // waiting for the payouts, which come after.
      const receipts = await Promise.all(wishes.map((wish) => offer(wish, desk)));
      collected = Promise.all(receipts.map(({ payout }) => collect(payout)));
    },

    getHoldings: async (): Promise<Holdings> => {
      await collected;
      return harden({ cash, shares });
    },
  });
};
