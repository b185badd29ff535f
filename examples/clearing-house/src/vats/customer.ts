import type { Customer, CustomerParameters, Ledger } from './types.js';

interface Powers {
  readonly exitVat: (value: unknown) => void;
}

/** Lives for one round. How it ends is a part of its temper. */
export const buildRootObject = (
  { exitVat }: Powers,
  { name, temper }: CustomerParameters,
): Customer =>
  Far('customer', {
    trade: async (ledger: Ledger, neighbours: readonly string[], times: number) => {
      let made = 0;
      for (let i = 0; i < times; i += 1) {
        const to = neighbours[i % neighbours.length]!;
        // A neighbour may be gone, and an account empty: both are answers like any other.
        await E(ledger)
          .transfer(name, to, BigInt(1 + i))
          .then(
            () => (made += 1),
            () => undefined,
          );
      }
      // Its thread is ended for that, with all the vats in it, which come back.
      if (temper === 'runs wild') for (;;);
      if (temper === 'leaves') exitVat(made);
      return made;
    },
  });
