import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { play } from './one-heap.js';

const whole = { rounds: 1000, repeat: 1 };

describe('the whole exchange in one heap', () => {
  it('plays the recorded prices and conserves every brand', async () => {
    const { settlement, progress } = await play(whole);
    expect(settlement).toMatchSnapshot();
    expect(settlement.conserved).toBe(true);
    expect(progress).toHaveLength(560);
    expect(progress.at(-1)).toEqual([560, 560]);
  });

  it('plays the prices as often as it is told', async () => {
    const { settlement, progress } = await play({ rounds: 5, repeat: 3 });
    expect(settlement.markets.map(({ rounds }) => rounds)).toEqual([15, 15, 15, 15, 15]);
    expect(settlement.conserved).toBe(true);
    expect(progress.at(-1)).toEqual([75, 75]);
  });

  it('comes to the same settlement whatever overtakes what', async () => {
    const extent = { rounds: 12, repeat: 1 };
    const { settlement: expected } = await play(extent);
    expect(expected.markets.every(({ trades }) => trades > 0)).toBe(true);
    for (let seed = 1; seed <= 20; seed += 1) {
      const { settlement } = await play(extent, { seed });
      expect(settlement, `seed ${seed}`).toEqual(expected);
    }
  });

  it('conserves every brand for any prices', async () => {
    const cents = fc.integer({ min: 0, max: 1_000_00 });
    const months = fc.array(fc.tuple(fc.constant('a month'), cents), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(months, months, fc.nat(), async (one, other, seed) => {
        const prices = [
          { symbol: 'ONE', months: one },
          { symbol: 'OTHER', months: other },
        ];
        const { settlement } = await play({ rounds: 20, repeat: 1 }, { seed, prices });
        expect(settlement.conserved).toBe(true);
        expect(settlement.markets.map(({ rounds }) => rounds)).toEqual([one.length, other.length]);
      }),
      { numRuns: 25 },
    );
  });
});
