import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
// The build, because it starts the built program beside it.
import { formatSoak, soak } from '../dist/soaking.js';

it('loses no money and no round, however often it is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cooperage-clearing-'));
  let seed = 20_261_121;
  // The generator of Park and Miller.
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  try {
    const result = await soak({
      directory: join(directory, 'kernel'),
      seconds: 15,
      leastRounds: 3,
      killEvery: 4,
      args: ['--customers', '6', '--upgrade-every', '2'],
      random,
      say: () => undefined,
    });
    const { kills, samples } = result;
    expect(kills).toBeGreaterThan(2);
    expect(samples.length, formatSoak(result)).toBeGreaterThanOrEqual(3);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
