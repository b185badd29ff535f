/** One run of one world, from its seed to its end. */
import { isKPromise, KEYS_END, type KObject } from '@cooperage/types';
import { makeRandom, type Random } from '../random.js';
import { insist } from '../violation.js';
import type { WorldCounts } from '../world/world-counts.js';
import { makeWorld, type Step, type World, type WorldPowers } from '../world/world.js';

export interface Run {
  readonly counts: WorldCounts;
  readonly hashes: ReadonlyMap<string, string>;
}

/** Every schedule likes other steps: some let work pile up where others never would. */
const drawWeights = (random: Random): Record<Step['type'], number> => ({
  execute: random.pick([1, 4, 20]),
  arrive: random.pick([1, 4, 20]),
  retire: random.pick([1, 4, 20]),
  slice: random.pick([1, 4, 20]),
  input: random.pick([0.1, 1, 4]),
  settle: random.pick([0.2, 1, 4]),
  sweep: random.pick([0.1, 1]),
  commit: random.pick([0.1, 0.5, 2]),
  apply: random.pick([0.2, 1]),
  land: random.pick([0.2, 1]),
  crash: random.pick([0.005, 0.02]),
  lose: random.pick([0.005, 0.02]),
});

const chooseStep = (
  steps: readonly Step[],
  weights: Readonly<Record<Step['type'], number>>,
  random: Random,
): Step => {
  let left = random.next() * steps.reduce((sum, { type }) => sum + weights[type], 0);
  for (const step of steps) {
    left -= weights[step.type];
    if (left < 0) return step;
  }
  return steps[steps.length - 1] as Step;
};

/** Rows that stay when every vat is terminated and nothing is retained. */
const STAYS = /^(?:k\.|deliveryOrder$|ended\.|tombstone\.|name\.|device\.)/;

/** Promises can be made to wait for themselves. A host that has subscribed to one waits without end. */
const isDeadlocked = ({ core }: World): boolean => {
  const { promises, rows } = core.kernel.tables;
  return [...rows.keys('kp', 'kp:')].filter(isKPromise).some((kp) => {
    if (!promises.get(kp).subscribers.includes('host')) return false;
    const { state, decider, queued } = promises.get(promises.leader(kp));
    return state === 'unresolved' && decider === undefined && queued > 0;
  });
};

const insistEmpty = (world: World): void => {
  if (isDeadlocked(world)) return;
  const { tables } = world.core.kernel;
  const services = new Set([...tables.hostNames.list('service')].map(([, ko]) => ko));
  const left = [...tables.rows.keys('', KEYS_END)].filter(
    (key) => !STAYS.test(key) && !services.has(key as KObject),
  );
  const rows = left.map((key) => `${key} = ${tables.rows.get(key)}`);
  insist(left.length === 0, () => `left when all vats are gone: ${rows.join('; ')}`);
};

/** @throws {Violation} */
export const simulate = async (powers: WorldPowers): Promise<Run> => {
  const { seed, schedule } = powers.options;
  const random = makeRandom(`${seed}/schedule/${schedule}`);
  const weights = drawWeights(random);
  const world = makeWorld(powers);
  while (!world.isOver) {
    const steps = world.steps();
    insist(
      steps.some(({ type }) => type !== 'lose' && type !== 'crash' && type !== 'commit'),
      () => 'nothing can happen any more, and it is not over',
    );
    await world.take(chooseStep(steps, weights, random));
    insist(world.counts.steps < 200_000, () => 'it never ends');
  }
  insistEmpty(world);
  return { counts: world.counts, hashes: world.hashes };
};
