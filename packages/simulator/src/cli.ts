#!/usr/bin/env node
/** `simulate`: runs worlds until one fails, the seeds are used up, or the time is over. */
import { parseArgs } from 'node:util';
import { compareSchedules } from './compare-schedules.js';
import { explore } from './explore.js';
import { planWorld } from './plan.js';
import { failureOf, reproduction, shrink } from './shrink.js';
import { simulate } from './simulate.js';
import { WILD, type WorldOptions } from './world-options.js';
import type { WorldPowers } from './world.js';

const HELP = `usage: npm run simulate -w @cooperage/simulator -- [options]

  --seeds N        worlds to run (default 1000)          --from N   the first seed (default 1)
  --seconds S      stop after so long (default 60)
  --seed N         one world; with --trace it tells what happens
  --order arrival|issue, --window N, --vats N, --inputs N, --crashes N, --losses N, --fuel N,
  --schedule N, --check-every N
                   instead of what the seed would choose
  --compare        each world in issue order under four schedules, which must agree in every state
  --explore        every order of records of a small world, windows 1 to 3
`;

const number = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seed: number,
    seeds: number,
    from: number,
    seconds: number,
    order: { type: 'string' },
    window: number,
    vats: number,
    inputs: number,
    crashes: number,
    losses: number,
    fuel: number,
    schedule: { type: 'string' },
    'check-every': number,
    compare: { type: 'boolean' },
    explore: { type: 'boolean' },
    trace: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

const given = (name: 'window' | 'vats' | 'inputs' | 'crashes' | 'losses'): object =>
  values[name] === undefined ? {} : { [name]: Number(values[name]) };

const fixed: Partial<WorldOptions> = {
  ...(values.order === undefined ? {} : { order: values.order === 'issue' ? 'issue' : 'arrival' }),
  ...given('window'),
  ...given('vats'),
  ...given('inputs'),
  ...given('crashes'),
  ...given('losses'),
  ...(values.schedule === undefined ? {} : { schedule: values.schedule }),
  ...(values.fuel === undefined ? {} : { temper: { ...WILD, fuel: Number(values.fuel) } }),
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
    ...(values.trace === true ? { trace: say } : {}),
  };
  const failure = await failureOf(powers);
  say(failure ?? 'sound');
  if (failure !== undefined) process.exitCode = 1;
};

const report = async (options: WorldOptions, message: string): Promise<void> => {
  say(`\nseed ${options.seed} fails: ${message}`);
  say(reproduction(options));
  const small = await shrink({ options }, 60_000);
  say(`smaller: ${small.message}`);
  say(reproduction(small.options));
  process.exitCode = 1;
};

const runMany = async (): Promise<void> => {
  const first = Number(values.from ?? 1);
  const last = first + Number(values.seeds ?? 1000);
  const end = Date.now() + 1000 * Number(values.seconds ?? 60);
  const total: Record<string, number> = { worlds: 0, states: 0 };
  const add = (name: string, count: number): void => {
    total[name] = (total[name] ?? 0) + count;
  };
  let told = Date.now();
  for (let seed = first; seed < last && Date.now() < end; seed += 1) {
    const options = planWorld(seed, values.compare === true ? { ...fixed, order: 'issue' } : fixed);
    try {
      if (values.compare === true) {
        add('states', await compareSchedules({ options }, ['a', 'b', 'c', 'd']));
      } else {
        const { counts } = await simulate({ options });
        for (const [name, count] of Object.entries(counts)) add(name, count as number);
      }
    } catch (error) {
      await report(options, (error as Error).message);
      break;
    }
    add('worlds', 1);
    if (Date.now() - told > 10_000) {
      told = Date.now();
      say(`seed ${seed}: ${JSON.stringify(total)}`);
    }
  }
  say(`${process.exitCode === 1 ? 'FAILED' : 'sound'}: ${JSON.stringify(total)}`);
};

if (values.help === true) say(HELP);
else if (values.explore === true) exploreAll();
else if (values.seed !== undefined) await runOne(Number(values.seed));
else await runMany();
