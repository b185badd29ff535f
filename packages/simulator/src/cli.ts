#!/usr/bin/env node
/** `simulate`: runs worlds until one fails, the seeds are used up, or the time is over. */
import { parseArgs } from 'node:util';
import { type Order, ORDERS } from '@cooperage/types';
import { explore } from './runs/explore.js';
import { loadRules } from './mutations/mutations.js';
import { planWorld } from './runs/plan.js';
import { runJobs } from './runs/run-jobs.js';
import type { Failure, SeedRange } from './runs/run-seeds.js';
import { failureOf, reproduction, shrink } from './runs/shrink.js';
import { WILD, type WorldOptions } from './world/world-options.js';
import type { WorldPowers } from './world/world.js';

const HELP = `usage: npm run simulate -w @cooperage/simulator -- [options]

  --seeds N        worlds to run (default 1000)          --from N   the first seed (default 1)
  --seconds S      stop after so long (default 60)
  --minutes M      a long run: stop after so long, with as many seeds as that takes
  --jobs J         processes that share the seeds (default 1)
  --seed N         one world; with --trace it tells what happens
  --order arrival|issue|sequential|adversarial, --window N, --vats N, --inputs N, --crashes N, --losses N, --fuel N,
  --schedule N, --check-every N, --swept-rows N, --slice-work N
                   instead of what the seed would choose
  --without RULE   with a rule for crossings switched off: a world should fail
  --compare        each world in issue order, or that of --order, under four schedules, which must agree in every state
  --explore        every order of records of a small world, windows 1 to 3
`;

const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seed: number,
    seeds: number,
    from: number,
    seconds: number,
    minutes: number,
    jobs: number,
    order: { type: 'string' },
    window: number,
    vats: number,
    inputs: number,
    crashes: number,
    losses: number,
    fuel: number,
    schedule: { type: 'string' },
    'check-every': number,
    'swept-rows': number,
    'slice-work': number,
    without: { type: 'string' },
    compare: { type: 'boolean' },
    explore: { type: 'boolean' },
    trace: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

const given = (name: 'window' | 'vats' | 'inputs' | 'crashes' | 'losses'): object =>
  values[name] === undefined ? {} : { [name]: Number(values[name]) };

/** @throws {RangeError} */
const parseOrder = (name: string): Order => {
  const order = ORDERS.find((each) => each === name);
  if (order !== undefined) return order;
  throw new RangeError(`--order ${name}: there are ${ORDERS.join(', ')}`);
};

const { makeCore, vatSide: rules } = await loadRules(values.without);
const fixed: Partial<WorldOptions> = {
  ...(values.order === undefined ? {} : { order: parseOrder(values.order) }),
  ...given('window'),
  ...given('vats'),
  ...given('inputs'),
  ...given('crashes'),
  ...given('losses'),
  ...(values.schedule === undefined ? {} : { schedule: values.schedule }),
  ...(values.fuel === undefined ? {} : { profile: { ...WILD, fuel: Number(values.fuel) } }),
  rules,
  ...(values['swept-rows'] === undefined ? {} : { sweptRows: Number(values['swept-rows']) }),
  ...(values['slice-work'] === undefined ? {} : { sliceWork: Number(values['slice-work']) }),
  ...(values['check-every'] === undefined ? {} : { checkEvery: Number(values['check-every']) }),
};

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const exploreAll = (): void => {
  for (const window of [1, 2, 3]) {
    const { states, transitions, ends } = explore({ window, order: 'arrival', depth: 100 });
    say(`window ${window}: ${states} states, ${transitions} transitions, ${ends} ends, all sound`);
  }
};

const runOne = async (seed: number): Promise<void> => {
  const powers: WorldPowers = {
    options: planWorld(seed, fixed),
    makeCore,
    ...(values.trace === true ? { trace: say } : {}),
  };
  const failure = await failureOf(powers);
  say(failure ?? 'sound');
  if (failure !== undefined) process.exitCode = 1;
};

const again = (options: WorldOptions): string =>
  `${reproduction(options)}${values.without === undefined ? '' : ` --without ${values.without}`}`;

const report = async ({ options, message }: Failure): Promise<void> => {
  say(`\nseed ${options.seed} fails: ${message}`);
  say(again(options));
  const small = await shrink({ options, makeCore }, 60_000);
  say(`smaller: ${small.message}`);
  say(again(small.options));
  process.exitCode = 1;
};

/** Seeds of which no job can use up its share. */
const ENDLESS = 1_000_000_000;

const runMany = async (): Promise<void> => {
  const isLong = values.minutes !== undefined;
  const jobs = Number(values.jobs ?? 1);
  const first = Number(values.from ?? 1);
  const seconds = isLong ? 60 * Number(values.minutes) : Number(values.seconds ?? 60);
  const range: SeedRange = {
    first,
    end: first + Number(values.seeds ?? (isLong ? ENDLESS : 1000)),
    milliseconds: 1000 * seconds,
    fixed,
    compare: values.compare === true,
    without: values.without,
  };
  const begun = Date.now();
  let told = begun;
  const { totals, failure } = await runJobs(range, jobs, (seeds, soFar) => {
    if (Date.now() - told < 10_000) return;
    told = Date.now();
    const at = Math.round((told - begun) / 1000);
    say(`${at} s, seeds ${seeds.join(', ')}: ${JSON.stringify(soFar)}`);
  });
  if (failure !== undefined) await report(failure);
  say(`${failure === undefined ? 'sound' : 'FAILED'}: ${JSON.stringify(totals)}`);
};

if (values.help === true) say(HELP);
else if (values.explore === true) exploreAll();
else if (values.seed !== undefined) await runOne(Number(values.seed));
else await runMany();
