import { describe, expect, it } from 'vitest';
import { toJson } from '../src/outcome.js';
import { formatOutcome } from '../src/report.js';
import { play } from './one-heap.js';

const figures = {
  cranks: 12_345,
  seconds: 2.5,
  mostCranksAtOnce: 2,
  meanCranksAtOnce: 1.625,
  mostVatsAtOnce: 19,
  meanVatsAtOnce: 7.25,
  continued: false,
};

describe('the report', () => {
  it('shows every amount exactly', async () => {
    const { settlement } = await play({ rounds: 3, repeat: 1 });
    const text = formatOutcome({ settlement: toJson(settlement), figures });
    expect(text).toMatchSnapshot();
    expect(text).toContain('cash  1,500,000.00  1,500,000.00         0.00       0.00');
  });

  it('says so if a unit is missing', async () => {
    const { settlement } = await play({ rounds: 1, repeat: 1 });
    const brands = settlement.brands.map((brand) => ({ ...brand, conserved: false }));
    const text = formatOutcome({
      settlement: toJson({ ...settlement, brands, conserved: false }),
      figures: { ...figures, continued: true },
    });
    expect(text).toMatch(/conservation +BROKEN/);
    expect(text).toContain('cranks since it was continued');
  });
});
