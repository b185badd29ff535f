import { describe, expect, it } from 'vitest';
import { parseCents, parsePrices, readPrices } from '../src/prices.js';

describe('the prices', () => {
  it('are the 560 recorded ones of five companies', () => {
    const prices = readPrices();
    expect(prices.map(({ symbol, months }) => [symbol, months.length])).toEqual([
      ['MSFT', 123],
      ['AMZN', 123],
      ['IBM', 123],
      ['GOOG', 68],
      ['AAPL', 123],
    ]);
    expect(prices[0]!.months[0]).toEqual(['Jan 1 2000', 3981]);
    expect(prices[4]!.months.at(-1)).toEqual(['Mar 1 2010', 22302]);
  });

  it.each([
    ['28.8', 2880],
    ['0.07', 7],
    ['100', 10000],
    ['4.35', 435],
  ])('read %s dollars as %s cents', (text, cents) => {
    expect(parseCents(text)).toBe(cents);
  });

  it.each(['', '-1', '1.234', '1e3', '.5', '1,5'])('do not read %j', (text) => {
    expect(() => parseCents(text)).toThrow('not a price in dollars');
  });

  it('say which line is wrong', () => {
    expect(() => parsePrices('symbol,date,price\nMSFT,Jan 1 2000')).toThrow('MSFT,Jan 1 2000');
    expect(() => parsePrices('a,b\n')).toThrow('not a table of prices');
  });
});
