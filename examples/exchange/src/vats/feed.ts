import type { Feed, Progress, Ticker } from './types.js';

interface Series {
  readonly symbol: string;
  /** Date and price in cents, oldest first. */
  readonly months: readonly (readonly [date: string, cents: number])[];
}

interface Parameters {
  readonly series: readonly Series[];
  /** How many times each series is played. */
  readonly repeat: number;
}

/** Plays recorded prices to the markets: each company at its own pace, all of them at once. */
export const buildRootObject = (_powers: unknown, { series, repeat }: Parameters): Feed => {
  const total = repeat * series.reduce((sum, { months }) => sum + months.length, 0);
  let done = 0;

  const play = async ({ months }: Series, ticker: Ticker, progress: Progress) => {
    for (let round = 0; round < repeat * months.length; round += 1) {
      const [date, cents] = months[round % months.length]!;
      // The next month begins when the auction of this one is over.
      await E(ticker).announce(harden({ round, date, price: BigInt(cents) }));
      done += 1;
      // Says how far things are, and not that one more is done: told twice it says the same.
      void E.sendOnly(progress).report(done, total);
    }
  };

  return Far('feed', {
    replay: async (tickers: Readonly<Record<string, Ticker>>, progress: Progress) => {
      await Promise.all(
        series.map(async (one) => {
          const ticker = tickers[one.symbol];
          if (ticker === undefined) throw Error(`there is no market for ${one.symbol}`);
          await play(one, ticker, progress);
        }),
      );
    },
  });
};
