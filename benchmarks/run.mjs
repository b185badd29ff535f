// `npm run bench`: measures Cooperage and its peer side by side. `--help` says how.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCommand, say, usageError } from './src/command.mjs';
import { makePlan } from './src/benchmarks/plan.mjs';
import { machine, versions } from './src/machine.mjs';
import { ask, measure } from './src/measure.mjs';
import { comparisonTable, judge, roleTable, variantTable } from './src/report.mjs';
import { setUpBenchmarks } from './src/set-up.mjs';

const HELP = `Usage: npm run bench -- [names] [options]

  names          only these benchmarks: ${makePlan({})
    .map(({ name }) => name)
    .join(', ')}
  --quick        one run of each with small sizes: shows that everything runs, not how fast
  --runs N       runs of each side and variant, 5 unless said otherwise
  --no-variants  only the two sides and what a target needs
  --no-build     measures the build that is there
  --profile DIR  writes CPU profiles of our side (all threads) to DIR
  --json         prints figures for programs instead of tables
  --help         prints this

Progress goes to standard error. The exit code is 0 whether the targets are reached or not.
`;

const { values: flags, positionals: names } = parseCommand(HELP, {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  runs: { type: 'string' },
  profile: { type: 'string' },
  'no-variants': { type: 'boolean', default: false },
  'no-build': { type: 'boolean', default: false },
});

const known = makePlan({}).map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) usageError(`no benchmark is named ${unknown.join(', ')}`);
const runs = Number(flags.runs ?? (flags.quick ? 1 : 5));
if (!Number.isSafeInteger(runs) || runs < 1) usageError('--runs takes a whole number from 1');

const profile = flags.profile === undefined ? undefined : resolve(flags.profile);
if (profile !== undefined) mkdirSync(profile, { recursive: true });

await setUpBenchmarks({ build: !flags['no-build'], say });
const facts = { machine: machine(), versions: versions() };
if (facts.machine.loadBefore > 0.7) {
  say(`the machine is busy (load ${facts.machine.loadBefore}): absolute figures will be too low`);
}
say('calibrating a millisecond of work ...');
const loops = await ask(fileURLToPath(new URL('./src/calibrate.mjs', import.meta.url)));

const judged = [];
for (const benchmark of makePlan({ quick: flags.quick, loops })) {
  if (names.length > 0 && !names.includes(benchmark.name)) continue;
  const variants = (benchmark.variants ?? []).filter(
    ({ target }) => target !== undefined || !flags['no-variants'],
  );
  const results = await measure({ ...benchmark, variants }, { runs, profile, say });
  judged.push(judge({ benchmark, results }));
}

if (flags.json) {
  const report = {
    ...facts,
    quick: flags.quick,
    runs,
    loopsPerMillisecond: loops,
    benchmarks: judged,
  };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} else {
  const { cores, processor, memoryGB, system, node, loadBefore } = facts.machine;
  process.stdout.write(
    [
      `${cores} cores (${processor}), ${memoryGB} GB, ${system}, Node ${node}, load ${loadBefore} at the start`,
      Object.entries(facts.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
      `medians of ${runs} runs${flags.quick ? ', small sizes: not to be quoted' : ''}`,
      '',
      comparisonTable(judged),
      '',
      variantTable(judged),
      '',
      roleTable(judged),
      '',
    ].join('\n'),
  );
}
