import type { BuildRootObject } from 'cooperage/vat';

interface Limits {
  allows(payer: string, amount: number): boolean;
}

export const buildRootObject: BuildRootObject = () => {
  const accounts = VatData.makeScalarBigMapStore<string, number>('accounts');
  let limits: Limits;

  return Far('bank', {
    open: (given: Limits, names: readonly string[]) => {
      limits = given;
      for (const name of names) accounts.init(name, 100);
    },

    pay: async (payer: string, amount: number) => {
      const balance = accounts.get(payer);
      if (balance < amount) throw Error(`${payer} has only ${balance}`);
      const isAllowed = await E(limits).allows(payer, amount);
      if (!isAllowed) throw Error(`${amount} is above the limit of ${payer}`);
      accounts.set(payer, accounts.get(payer) - amount);
    },

    balanceOf: (name: string) => accounts.get(name),
  });
};
