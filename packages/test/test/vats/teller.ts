import type { BuildRootObject } from 'cooperage/vat';

interface Bank {
  balance(): number;
  set(to: number): void;
}

export const buildRootObject: BuildRootObject = () =>
  Far('teller', {
    /** Reads, then writes: whoever writes in between is overwritten. */
    take: async (bank: Bank, amount: number) => {
      const balance = await E(bank).balance();
      if (balance < amount) return false;
      await E(bank).set(balance - amount);
      return true;
    },
  });
