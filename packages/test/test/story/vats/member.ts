import type { BuildRootObject } from 'cooperage/vat';

interface Bank {
  pay(payer: string, amount: number): void;
}

interface Member {
  sign(bank: Bank, list: readonly Member[]): void;
}

export const buildRootObject: BuildRootObject<{ readonly name: string }> = (_powers, { name }) =>
  Far('member', {
    /** Pays, and hands the list on to the next member on it. */
    sign: (bank: Bank, [next, ...others]: readonly Member[]) => {
      E(bank)
        .pay(name, 60)
        .catch((reason: Error) => console.log('not paid:', reason.message));
      if (next !== undefined) void E(next).sign(bank, others);
    },
  });
