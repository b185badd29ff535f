#!/usr/bin/env node
/** `clusters`: worlds of two to five real kernels that are linked, from seeds. */
import { parseArgs } from 'node:util';
import { CLUSTER_MUTATIONS } from './cluster-rules.js';
import { exploreClusters, SMALLEST } from './explore/explore-clusters.js';
import { mutationOf, runClusters } from './run-clusters.js';

const HELP = `usage: npm run clusters -w @cooperage/simulator -- [options]

  --seeds N        worlds to run (default 1000)         --from N   the first seed (default 1)
  --seconds S      stop after so much processor time
  --trace          say what happens
  --without RULE   the kernel, or the world, without a rule of links: worlds should fail.
                   'each': each rule in turn, until a world fails
  --explore        the smallest worlds of two kernels, in every order (default 10 seeds)
`;

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    ...{ seeds: text, from: text, seconds: text, without: text },
    trace: { type: 'boolean' },
    explore: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

/** An exploration gives up after so many states. */
const MOST_STATES = 5_000_000;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const common = {
  from: Number(values.from ?? 1),
  seeds: Number(values.seeds ?? (values.explore === true ? 10 : 1_000)),
  within: values.seconds === undefined ? Infinity : 1_000 * Number(values.seconds),
};

const huntEach = async (): Promise<void> => {
  for (const without of Object.keys(CLUSTER_MUTATIONS)) {
    const { worlds, failures } = await runClusters({ ...common, without, stopsAtFirst: true });
    const [first] = failures;
    say(
      first === undefined
        ? `${without}: no world of ${worlds} fails`
        : `${without}: world ${worlds} fails, seed ${first.seed}: ${first.message}`,
    );
    if (first === undefined) process.exitCode = 1;
  }
};

const runAll = async (): Promise<void> => {
  const { worlds, failures, counts } = await runClusters({
    ...common,
    without: values.without,
    ...(values.trace === true && { trace: say }),
  });
  const happened = Object.entries(counts).map(([what, n]) => `${what} ${n}`);
  say(`${worlds} worlds, ${failures.length} failed; ${happened.join(', ')}`);
  for (const { seed, message } of failures.slice(0, 20)) say(`seed ${seed}: ${message}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
};

/** Each seed is another world: what its vats say depends on it. */
const explore = async (): Promise<void> => {
  const { from, seeds } = common;
  const make = values.without === undefined ? undefined : await mutationOf(values.without).load();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const options = { ...SMALLEST, seed: `smallest ${seed}` };
    const { states, local, rests, ends, ops, isComplete } = await exploreClusters(
      MOST_STATES,
      options,
      make,
    );
    const arrived = Object.entries(ops).map(([op, n]) => `${op} ${n}`);
    const kernels = `${local.join(' and ')} of the kernels`;
    say(
      `seed ${seed}: ${isComplete ? 'complete' : 'NOT complete'}: ${states} states, ${kernels}; at rest ${rests}, ends ${ends}; ${arrived.join(', ')}`,
    );
    if (!isComplete) process.exitCode = 1;
  }
};

if (values.help === true) say(HELP);
else if (values.explore === true) await explore();
else await (values.without === 'each' ? huntEach() : runAll());
