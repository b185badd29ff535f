import type { Holdings } from './types.js';

// What a trader wants, from the prices it has seen and what it has. Whole numbers only: the same prices
// give the same orders on every machine, always.

/** Buy or sell one lot, at this price for the lot or better. */
export interface Wish {
  readonly side: 'buy' | 'sell';
  readonly limit: bigint;
}

export interface Situation extends Holdings {
  /** Of one share, in cents, oldest first; the last one is today's. */
  readonly prices: readonly bigint[];
  readonly lot: bigint;
}

/** How many of the newest prices a rule may look at. */
export const memory = 6;

type Rule = (situation: Situation) => readonly Wish[];

/** Today's price against the average of those in memory, in thousandths: 1000 is neither above nor below. */
const againstAverage = (prices: readonly bigint[]): bigint => {
  const today = prices.at(-1)!;
  const sum = prices.reduce((total, price) => total + price, 0n);
  return sum === 0n ? 1000n : (1000n * today * BigInt(prices.length)) / sum;
};

/** The stronger the deviation, the more lots: at most three. */
const lotsFor = (deviation: bigint): number =>
  deviation > 80n ? 3 : deviation > 30n ? 2 : deviation > 5n ? 1 : 0;

/** One wish a lot, with limits that step away from today's price by `step` thousandths of it each. */
const ladder = (
  side: Wish['side'],
  lots: number,
  { prices, lot, cash, shares }: Situation,
  first: bigint,
  step: bigint,
): Wish[] => {
  const wishes: Wish[] = [];
  let budget = cash;
  for (let rung = 0; rung < lots; rung += 1) {
    const limit = (prices.at(-1)! * lot * (1000n + first + step * BigInt(rung))) / 1000n;
    // A trader offers only what it has: a seller its lots, a buyer the sum of all its limits.
    const affordable = side === 'buy' ? limit <= budget : BigInt(rung + 1) * lot <= shares;
    if (limit <= 0n || !affordable) break;
    budget -= limit;
    wishes.push({ side, limit });
  }
  return wishes;
};

/** Runs after the trend, and is in a hurry: takes a price that is worse than today's, up to 2 %. */
const momentum: Rule = (situation) => {
  const against = againstAverage(situation.prices);
  return against > 1000n
    ? ladder('buy', lotsFor(against - 1000n), situation, 20n, -15n)
    : ladder('sell', lotsFor(1000n - against), situation, -20n, 15n);
};

/** Expects prices to come back, and can wait: each further lot only at a better price. */
const reversion: Rule = (situation) => {
  const against = againstAverage(situation.prices);
  return against > 1000n
    ? ladder('sell', lotsFor(against - 1000n), situation, 0n, 8n)
    : ladder('buy', lotsFor(1000n - against), situation, 0n, -8n);
};

/** Wants half of its wealth in shares, whatever they do. */
const balance: Rule = (situation) => {
  const { prices, lot, cash, shares } = situation;
  const lotPrice = prices.at(-1)! * lot;
  const inShares = (shares / lot) * lotPrice;
  // Positive: so much cash is to become shares. In lots, of which it moves two a month at most.
  const missing = (cash - inShares) / 2n / (lotPrice === 0n ? 1n : lotPrice);
  const lots = Number(missing < 0n ? -missing : missing);
  return ladder(missing > 0n ? 'buy' : 'sell', Math.min(lots, 2), situation, 0n, 0n);
};

export const rules = { momentum, reversion, balance } as const satisfies Record<string, Rule>;
export type RuleName = keyof typeof rules;
