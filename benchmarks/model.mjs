// `npm run model`: predicts rates for other numbers of cores from a run of the benchmarks. `--help` says how.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCommand, readFigures, usageError } from './src/command.mjs';
import { drawModel } from './src/model/chart.mjs';
import { coresForKernel, partsOf, predict, withWork } from './src/model/predict.mjs';
import { layOut, round } from './src/table.mjs';

const HELP = `Usage: npm run model -- FILE [options]

  FILE          figures of "npm run bench -- --json", with fan-out-1ms among them
  --cores LIST  numbers of cores to predict for (default: 2,8,16,64)
  --work LIST   milliseconds of work that a message makes (default: 0,1,10)
  --shards N    kernels on the machine, each with its own thread, that send each other nothing (default: 1)
  --svg FILE    writes a chart as well
  --help        prints this

First it shows how near the same sum comes to what this machine has measured.
`;

const { values: flags, positionals } = parseCommand(HELP, {
  cores: { type: 'string', default: '2,8,16,64' },
  work: { type: 'string', default: '0,1,10' },
  shards: { type: 'string', default: '1' },
  svg: { type: 'string' },
});
if (positionals.length !== 1) usageError('give one file of figures');

const numbers = (name, least) => {
  const given = flags[name].split(',').map(Number);
  if (given.some((n) => !(n >= least))) usageError(`--${name} takes numbers from ${least}`);
  return given;
};
const cores = numbers('cores', 1);
const works = numbers('work', 0);
const [shards] = numbers('shards', 1);

/** A round trip waits for each of its steps, so that no sum of processor time says its rate. */
const SERIAL = ['ping-pong'];
const threadsOf = (variant, all) => (variant === 'ours, one thread' ? 1 : all);

const { machine, benchmarks } = readFigures(positionals[0], 'benchmarks');
const checks = benchmarks
  .filter(({ name, unit }) => unit.endsWith('/s') && !SERIAL.includes(name))
  .flatMap(({ name, results }) =>
    results
      .filter((result) => result.name.startsWith('ours') && partsOf(result) !== undefined)
      .map((result) => {
        const threads = threadsOf(result.name, machine.cores);
        const { rate, by } = predict(partsOf(result), { cores: machine.cores, threads });
        const share = `${Math.round((100 * result.median) / rate)} %`;
        return [name, result.name, round(rate), by, round(result.median), share];
      }),
  );
const base = benchmarks.find(({ name }) => name === 'fan-out-1ms');
const ours = base?.results.find(({ name }) => name === 'ours');
if (ours === undefined || partsOf(ours) === undefined) {
  usageError(`${positionals[0]} has no fan-out-1ms with processor time by thread (Linux tells it)`);
}
const parts = partsOf(ours);
/** Of the message that was measured, one millisecond is work. */
const partsWith = (work) => withWork(parts, work - 1);

const predictions = works.map((work) => [
  `${work} ms`,
  ...cores.map((count) => {
    const { rate, by } = predict(partsWith(work), { cores: count, shards });
    return `${round(rate)} (${by})`;
  }),
  coresForKernel(partsWith(work)).toFixed(1),
]);

if (flags.svg !== undefined) {
  writeFileSync(resolve(flags.svg), drawModel({ works, partsWith, most: Math.max(...cores) }));
}
process.stdout.write(
  [
    layOut(
      [0, 1, 3],
      [['benchmark', 'variant', 'predicted/s', 'limit', 'measured/s', 'reached'], ...checks],
    ),
    '',
    layOut(
      [],
      [
        [
          'work a message',
          ...cores.map((count) => `${count} cores`),
          'cores that one kernel keeps busy',
        ],
        ...predictions,
      ],
    ),
    '',
  ].join('\n'),
);
