// `npm run growth`: what a crank costs the kernel's thread, by how much the kernel holds. `--help` says how.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCommand, readFigures, say, usageError } from './src/command.mjs';
import { drawGrowth } from './src/growth/chart.mjs';
import { DIMENSIONS } from './src/growth/dimensions.mjs';
import { machine } from './src/machine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pointFile = fileURLToPath(new URL('./src/growth/point.mjs', import.meta.url));
const known = DIMENSIONS.map(({ name }) => name);

const HELP = `Usage: npm run growth -- [names] [options]

  names         only these: ${known.join(', ')}
  --up-to N     no size above N (default: 1,000,000)
  --large       sizes up to 10,000,000, where there are some: half an hour and some GB of disk more
  --json        prints figures for programs instead of a table
  --svg FILE    writes the charts to FILE as well
  --draw FILE   measures nothing: draws the charts of figures that --json has printed
  --no-build    measures the build that is there
  --help        prints this

Each size is measured in a process of its own, over a fresh LMDB file. Progress goes to standard error.
`;

const { values: flags, positionals: names } = parseCommand(HELP, {
  'up-to': { type: 'string' },
  large: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  svg: { type: 'string' },
  draw: { type: 'string' },
  'no-build': { type: 'boolean', default: false },
});

const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) usageError(`nothing is named ${unknown.join(', ')}`);
const upTo = Number(flags['up-to'] ?? (flags.large ? 1e7 : 1e6));
if (!Number.isSafeInteger(upTo) || upTo < 10) usageError('--up-to takes a whole number from 10');

const measurePoint = (name, size) =>
  JSON.parse(
    execFileSync(process.execPath, [pointFile, name, String(size)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );

const measureAll = () => {
  if (!flags['no-build']) {
    execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
  }
  return DIMENSIONS.filter(({ name }) => names.length === 0 || names.includes(name)).map(
    ({ name, what, sizes, large = [] }) => ({
      name,
      what,
      points: [...sizes, ...(flags.large ? large : [])]
        .filter((size) => size <= upTo)
        .map((size) => {
          const point = measurePoint(name, size);
          say(`${name}, ${size.toLocaleString('en')}: ${point.median.toFixed(1)} µs a crank`);
          return point;
        }),
    }),
  );
};

const report =
  flags.draw === undefined
    ? { machine: machine(), curves: measureAll() }
    : readFigures(flags.draw, 'curves');

if (flags.svg !== undefined) writeFileSync(resolve(flags.svg), drawGrowth(report.curves));
if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else {
  const lines = report.curves.flatMap(({ name, what, points }) => [
    '',
    `${name}: ${what}`,
    ...points.map(
      ({ size, median, least, most, bytes }) =>
        `${size.toLocaleString('en').padStart(12)}  ${median.toFixed(1).padStart(7)} µs (${least.toFixed(1)} to ${most.toFixed(1)}), ${(bytes / 1e6).toFixed(0)} MB on disk`,
    ),
  ]);
  process.stdout.write(`${lines.join('\n').trimStart()}\n`);
}
