import { fileURLToPath } from 'node:url';
import type { Series } from './prices.js';
import type { Parameters as MainParameters } from './vats/main.js';
import type { RuleName } from './vats/rules.js';

/** How long a run is. Part of the state: a run that was begun is continued as it was begun. */
export interface Extent {
  /** At most so many months of each company. */
  readonly rounds: number;
  /** How many times they are played. */
  readonly repeat: number;
}

/** One of each for every company, each in a vat of its own. */
const ruleNames: readonly RuleName[] = ['momentum', 'reversion', 'balance'];

const source = (vat: string) => fileURLToPath(new URL(`./vats/${vat}.js`, import.meta.url));

/** How many months are played in all. */
export const countMonths = (prices: readonly Series[], { rounds, repeat }: Extent): number =>
  repeat * prices.reduce((sum, { months }) => sum + Math.min(months.length, rounds), 0);

/** The kernel's configuration: nineteen vats, of which fifteen are traders. */
export const makeConfig = (prices: readonly Series[], { rounds, repeat }: Extent) => {
  const series = prices.map(({ symbol, months }) => ({ symbol, months: months.slice(0, rounds) }));
  const traders = series.flatMap(({ symbol }) =>
    ruleNames.map((rule) => ({
      symbol,
      rule,
      name: `${symbol} ${rule}`,
      vat: `${symbol}-${rule}`,
    })),
  );
  const parameters: MainParameters = {
    lot: 10,
    endowment: { cash: 100_000_00, shares: 1_000 },
    markets: series.map(({ symbol }) => ({
      symbol,
      traders: traders
        .filter((one) => one.symbol === symbol)
        .map(({ name, vat }) => ({ name, vat })),
    })),
  };
  return {
    bootstrap: 'main',
    vats: {
      main: { source: source('main'), parameters },
      bank: { source: source('bank') },
      exchange: { source: source('exchange') },
      feed: { source: source('feed'), parameters: { series, repeat } },
      ...Object.fromEntries(
        traders.map(({ vat, rule }) => [vat, { source: source('trader'), parameters: { rule } }]),
      ),
    },
  };
};
