import { readFileSync } from 'node:fs';

/** The recorded prices of one company, oldest first, in cents. */
export interface Series {
  readonly symbol: string;
  readonly months: readonly (readonly [date: string, cents: number])[];
}

/** Reads '28.8' as 2880 without passing through a binary fraction. */
export const parseCents = (text: string): number => {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) throw Error(`not a price in dollars: ${JSON.stringify(text)}`);
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
};

/** Lines of `symbol,date,price` under a heading, to one series a company. */
export const parsePrices = (csv: string): Series[] => {
  const [heading, ...lines] = csv.trim().split(/\r?\n/);
  if (heading !== 'symbol,date,price') throw Error(`not a table of prices: ${heading}`);
  const bySymbol = new Map<string, [date: string, cents: number][]>();
  for (const line of lines) {
    const [symbol, date, price, ...rest] = line.split(',');
    if (!symbol || !date || price === undefined || rest.length > 0) {
      throw Error(`not a line of symbol, date and price: ${line}`);
    }
    const months = bySymbol.get(symbol) ?? [];
    bySymbol.set(symbol, months);
    months.push([date, parseCents(price)]);
  }
  return [...bySymbol].map(([symbol, months]) => ({ symbol, months }));
};

/** See data/README.md for where the figures are from. */
export const readPrices = (): Series[] =>
  parsePrices(readFileSync(new URL('../data/stocks.csv', import.meta.url), 'utf8'));
