import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules, type RuleName } from '../src/vats/rules.js';

const names = Object.keys(rules) as RuleName[];
const prices = fc.array(fc.bigInt(0n, 1_000_00n), { minLength: 1, maxLength: 6 });
const rich = { cash: 1_000_000_00n, shares: 1_000n, lot: 10n };
const rising = [100n, 100n, 100n, 130n];
const falling = [100n, 100n, 100n, 70n];

describe('the rules', () => {
  it('set momentum and reversion against one another', () => {
    const sides = (rule: RuleName, seen: bigint[]) =>
      rules[rule]({ ...rich, prices: seen }).map(({ side }) => side);
    expect(sides('momentum', rising)).toEqual(['buy', 'buy', 'buy']);
    expect(sides('reversion', rising)).toEqual(['sell', 'sell', 'sell']);
    expect(sides('momentum', falling)).toEqual(['sell', 'sell', 'sell']);
    expect(sides('reversion', falling)).toEqual(['buy', 'buy', 'buy']);
  });

  it('let the balanced trader sell what has grown too big, and buy what is too small', () => {
    const { balance } = rules;
    expect(balance({ prices: [100n], lot: 10n, cash: 0n, shares: 100n })[0]?.side).toBe('sell');
    expect(balance({ prices: [100n], lot: 10n, cash: 10_000n, shares: 0n })[0]?.side).toBe('buy');
    expect(balance({ prices: [100n], lot: 10n, cash: 10_000n, shares: 100n })).toEqual([]);
  });

  it.each(names)('make %s stay on one side and within its means', (name) => {
    const means = fc.record({ cash: fc.bigInt(0n, 5_000_00n), shares: fc.bigInt(0n, 60n) });
    fc.assert(
      fc.property(prices, means, (seen, { cash, shares }) => {
        const wishes = rules[name]({ prices: seen, lot: 10n, cash, shares });
        const sides = new Set(wishes.map(({ side }) => side));
        expect(sides.size).toBeLessThanOrEqual(1);
        expect(wishes.every(({ limit }) => limit > 0n)).toBe(true);
        if (sides.has('sell')) expect(BigInt(wishes.length) * 10n).toBeLessThanOrEqual(shares);
        const spent = wishes.reduce((sum, { limit }) => sum + limit, 0n);
        if (sides.has('buy')) expect(spent).toBeLessThanOrEqual(cash);
      }),
    );
  });
});
