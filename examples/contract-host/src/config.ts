import { fileURLToPath } from 'node:url';

const source = (path: string) => fileURLToPath(new URL(`./vats/${path}.js`, import.meta.url));

/** Two vats from the start, and three bundles from which vats are made later. */
export const config = {
  bootstrap: 'main',
  vats: {
    main: { source: source('main') },
    host: { source: source('host') },
  },
  bundles: {
    faucet: { source: source('contracts/faucet') },
    auction: { source: source('contracts/auction') },
    'covered-call': { source: source('contracts/covered-call') },
  },
};
