import { fileURLToPath } from 'node:url';

const source = (vat: string) => fileURLToPath(new URL(`./vats/${vat}.js`, import.meta.url));

/** All the money there is. */
export const SUPPLY = 1_000_000;

/** Two vats that stay, whose state is on disk, and the code of those that come and go. */
export const config = {
  bootstrap: 'clearing',
  vats: {
    clearing: { source: source('clearing') },
    ledger: { source: source('ledger'), parameters: { supply: SUPPLY } },
  },
  bundles: {
    clearing: { source: source('clearing') },
    ledger: { source: source('ledger') },
    customer: { source: source('customer') },
  },
};
