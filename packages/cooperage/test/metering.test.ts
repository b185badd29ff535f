/** Vats that are counted: their limits, and the meters that they share. */
import { describe, expect, it } from 'vitest';
import { fixture, openForTest } from './helpers.js';

const config = {
  bootstrap: 'forker',
  vats: { forker: { source: fixture('forker-vat.js') } },
  bundles: { forked: { source: fixture('forked-vat.js') } },
};
const LIMIT = { engine: 'quickjs', computronLimit: 300_000_000 };

describe('a vat on an engine that counts', () => {
  it('that exceeds its limit in one crank ends with that reason, and others go on', async () => {
    const { send } = await openForTest({ config });
    await send('forker', 'create', ['good', 'forked', LIMIT]);
    await send('forker', 'create', ['bad', 'forked', LIMIT]);
    await expect(send('forker', 'ask', ['bad', 'spin', -1])).rejects.toThrow(/vat bad terminated/);
    expect(await send('forker', 'ask', ['good', 'spin', 10])).toBe(10);
  });

  it('is charged to its meter, with its forks, the same on each run', async () => {
    const runs: unknown[] = [];
    for (const threads of [1, 2]) {
      const { send } = await openForTest({ config, order: 'issue', threads });
      await send('forker', 'createMeter', ['meter', 10_000_000_000n, 1_000n]);
      await send('forker', 'createMetered', ['ann', 'forked', 'meter', LIMIT]);
      await send('forker', 'ask', ['ann', 'spin', 1_000]);
      await send('forker', 'fork', ['ann', 'ben']);
      const before = (await send('forker', 'tell', ['meter', 'get'])) as { remaining: bigint };
      await send('forker', 'ask', ['ben', 'spin', 1_000]);
      const after = (await send('forker', 'tell', ['meter', 'get'])) as { remaining: bigint };
      expect(after.remaining).toBeLessThan(before.remaining);
      runs.push([before.remaining, after.remaining]);
    }
    expect(runs[0]).toEqual(runs[1]);
  });

  it('whoever waits is told when its meter falls below the threshold', async () => {
    const { send } = await openForTest({ config });
    await send('forker', 'createMeter', ['meter', 10_000_000_000n, 9_990_000_000n]);
    const low = send('forker', 'tell', ['meter', 'notify']);
    await send('forker', 'createMetered', [
      'ann',
      'forked',
      'meter',
      { engine: 'quickjs', computronLimit: 2_000_000_000 },
    ]);
    await send('forker', 'ask', ['ann', 'spin', 100_000]);
    expect(await low).toBeLessThan(9_990_000_000n);
  });
});
