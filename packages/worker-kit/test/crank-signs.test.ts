import { describe, expect, it } from 'vitest';
import { makeCrankSigns } from '../src/crank-signs.js';

describe('the signs of a thread', () => {
  it('show its host which crank of which vat runs', () => {
    const inside = makeCrankSigns();
    const outside = makeCrankSigns(inside.memory);
    inside.clear();
    expect(outside.read().running).toBe(undefined);
    inside.begin(3, 41);
    const first = outside.read();
    expect(first).toMatchObject({ running: 3, n: 41 });
    inside.begin(3, 41);
    expect(outside.read().serial).not.toBe(first.serial);
    inside.clear();
    expect(outside.read().running).toBe(undefined);
  });
});
