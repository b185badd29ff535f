import { describe, expect, test } from 'vitest';
import { ORDERS } from '@cooperage/types';
import { compareSchedules } from '../src/runs/compare-schedules.js';
import { explore } from '../src/runs/explore.js';
import { hunt } from '../src/runs/hunt.js';
import { planWorld } from '../src/runs/plan.js';
import { addTotals, type Totals } from '../src/runs/run-seeds.js';
import { failureOf, reproduction, shrink } from '../src/runs/shrink.js';
import { simulate } from '../src/runs/simulate.js';
import { MUTATIONS } from '../src/mutations/mutations.js';

const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);

describe('random worlds are sound in every state', () => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const options = planWorld(seed);
    const failure = await failureOf({ options });
    expect(
      failure === undefined ? undefined : `${failure}\n${reproduction(options)}`,
    ).toBeUndefined();
  });
});

test('everything happens in the seeds of a short run', async () => {
  const totals: Totals = {};
  const orders = new Set<string>();
  for (const seed of [2, 3, 5, 7, 8, 11, 13, 17]) {
    const options = planWorld(seed, { checkEvery: 50 });
    orders.add(options.order);
    addTotals(totals, { ...(await simulate({ options })).counts });
  }
  expect([...orders].sort()).toEqual([...ORDERS].sort());
  // Upgrades that fail are too rare for so few worlds.
  const { rolledBack: _rare, ...rest } = totals;
  expect(Object.entries(rest).filter(([, count]) => count === 0)).toEqual([]);
});

describe('in issue order any two schedules go through the same states, crashes included', () => {
  test.each([3, 6, 9])('seed %i', async (seed) => {
    const options = planWorld(seed, { order: 'issue', checkEvery: 50 });
    expect(await compareSchedules({ options }, ['a', 'b', 'c', 'd'])).toBeGreaterThan(20);
  });
});

describe('where one delivery is out at a time, too', () => {
  test.each(['sequential', 'adversarial'] as const)('%s', async (order) => {
    const options = planWorld(6, { order, checkEvery: 50 });
    expect(await compareSchedules({ options }, ['a', 'b'])).toBeGreaterThan(20);
  });
});

test('in arrival order they do not', async () => {
  const options = planWorld(3, { order: 'arrival', checkEvery: 50 });
  await expect(compareSchedules({ options }, ['a', 'b', 'c', 'd'])).rejects.toThrow(/states?/);
});

test.each([1, 2, 3])(
  'a small world is sound in every state that can be reached, window %i',
  (window) => {
    const { states } = explore({ window, order: 'arrival', depth: 100, states: 700 });
    expect(states).toBe(700);
  },
);

test('a failing world is made smaller and says how to run it again', async () => {
  const mutation = MUTATIONS['finishesFirst'] ?? expect.fail();
  const makeCore = await mutation.load();
  const { options } = (await hunt(mutation, 120_000)) ?? expect.fail();
  const small = await shrink({ options, makeCore }, 30_000);
  expect(small.options.inputs).toBeLessThan(options.inputs);
  expect(reproduction(small.options)).toMatch(
    /^npm run simulate -w @cooperage\/simulator -- --seed \d+ .*--window \d/,
  );
});
