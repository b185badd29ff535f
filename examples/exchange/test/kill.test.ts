import { expect, it } from 'vitest';
// The build, because it starts the built program beside it.
import { killRepeatedly } from '../dist/killing.js';
import { makeRandom } from './one-heap.js';

it('settles the same however often it is killed', async () => {
  const random = makeRandom(20_261_120);
  const said: string[] = [];
  const { kills, runs } = await killRepeatedly({
    times: 5,
    args: ['--rounds', '12'],
    random: () => random(1_000) / 1_000,
    say: (line) => said.push(line),
  });
  expect(kills, said.join('\n')).toBe(5);
  expect(runs).toBeGreaterThan(0);
});
