import type { Baggage, MapStore } from 'cooperage/vat';
import type { Audit, Ledger } from './types.js';

export interface Parameters {
  readonly supply: number;
}

/** Keeps its accounts on disk, and nothing in its heap: it can be replaced between any two messages. */
export const buildRootObject = (
  _powers: unknown,
  { supply }: Parameters,
  baggage: Baggage,
): Ledger => {
  if (!baggage.has('accounts')) {
    const empty = VatData.makeScalarBigMapStore<string, bigint>('accounts', { durable: true });
    empty.init('house', BigInt(supply));
    baggage.init('accounts', empty);
    baggage.init('transfers', 0);
  }
  const accounts = baggage.get('accounts') as MapStore<string, bigint>;

  const move = (from: string, to: string, amount: bigint) => {
    const held = accounts.get(from);
    if (amount < 0n || held < amount) throw Error(`${from} has no ${String(amount)}`);
    accounts.set(from, held - amount);
    accounts.set(to, accounts.get(to) + amount);
    baggage.set('transfers', (baggage.get('transfers') as number) + 1);
  };

  return Far('ledger', {
    open: (name: string, amount: bigint) => {
      accounts.init(name, 0n);
      move('house', name, amount);
    },
    transfer: move,
    close: (name: string) => {
      const rest = accounts.get(name);
      move(name, 'house', rest);
      accounts.delete(name);
      return rest;
    },
    audit: (): Audit => {
      const all = [...accounts.values()];
      const sum = all.reduce((total, one) => total + one, 0n);
      return harden({
        sum,
        accounts: all.length,
        transfers: baggage.get('transfers') as number,
      });
    },
  });
};
