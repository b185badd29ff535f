import { fileURLToPath } from 'node:url';
import { makeBundler, type KernelConfig } from 'cooperage';
import type { Parameters } from './vats/main.js';

export type Engine = 'quickjs' | 'v8';

const source = (path: string) => fileURLToPath(new URL(`./vats/${path}.js`, import.meta.url));

const CONTRACTS = ['faucet', 'auction', 'covered-call', 'thief'] as const;

/** The contracts' code, as it is sent to the host to be installed. */
export const bundleContracts = async (
  onBundling: (contract: string) => void = () => {},
): Promise<Readonly<Record<string, string>>> => {
  const bundler = makeBundler();
  const bundles = CONTRACTS.map(async (contract) => {
    const { text } = await bundler.bundle(source(`contracts/${contract}`), {
      onProgress: ({ state }) => {
        if (state === 'bundling') onBundling(contract);
      },
    });
    return [contract, text] as const;
  });
  return Object.fromEntries(await Promise.all(bundles));
};

/** Two vats from the start, and one bundle: the framework, from which all others are made. */
export const makeConfig = (parameters: Parameters, engine: Engine): KernelConfig => ({
  engine,
  bootstrap: 'main',
  vats: {
    main: { source: source('main'), parameters },
    host: { source: source('host') },
  },
  bundles: { framework: { source: source('framework') } },
});
