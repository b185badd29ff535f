// A kernel under load for as long as you like: does what it needs level off?
//   npm run build && npm run load -w cooperage [-- --minutes 60 --vats 20 --callers 40 --upgrade-every 5000]
// Callers ask vats in turn and wait for the durable answer. `--rate 200` has them ask so often a second in all, instead of as
// fast as answers come. A vat is upgraded to its own code after so many of its cranks (`--upgrade-every 0`: never), which is
// what cuts its transcript. Prints a line for each interval (`--every`, seconds), and at the end whether memory and disk of the
// last third are those of the second. Ends with an error if an answer is wrong, or rows are.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { checkTables } from '@cooperage/kernel';
import { openKernel } from '../../dist/index.js';
import { watchStalls } from '../stalls.mjs';
import { diskOf, memoryOf } from './resources.mjs';
import { makeUpgrades } from './upgrades.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    vats: { type: 'string', default: '20' },
    callers: { type: 'string', default: '40' },
    rate: { type: 'string', default: '0' },
    'upgrade-every': { type: 'string', default: '5000' },
    engine: { type: 'string', default: 'v8' },
    threads: { type: 'string', default: '2' },
    every: { type: 'string', default: '60' },
    directory: { type: 'string' },
  },
});
const [MINUTES, VATS, CALLERS, RATE, UPGRADE_EVERY, THREADS, EVERY] = [
  values.minutes,
  values.vats,
  values.callers,
  values.rate,
  values['upgrade-every'],
  values.threads,
  values.every,
].map(Number);

const directory = values.directory ?? (await mkdtemp(join(tmpdir(), 'cooperage-load-')));
const source = join(import.meta.dirname, 'member-vat.js');
const names = Array.from({ length: VATS }, (_, i) => `member${i}`);
const kernel = await openKernel({
  directory,
  fresh: true,
  threads: THREADS,
  engine: values.engine,
  history: false,
  log: () => undefined,
  on: { console: () => undefined },
  config: {
    bundles: { member: { source } },
    vats: Object.fromEntries(names.map((name) => [name, { bundle: 'member' }])),
  },
});
for (const [i, name] of names.entries()) {
  await kernel.send(name, 'connect', [kernel.root(names[(i + 1) % VATS])]);
}

const upgrades = makeUpgrades({ kernel, names, every: UPGRADE_EVERY });
const until = performance.now() + MINUTES * 60_000;
const counts = { answers: 0, cutOff: 0 };
const latency = createHistogram();
let number = 0;

/** An upgrade of a vat cuts off the calls that it has not answered, and those that it made itself. */
const isCutOff = ({ code, allegedCode }) =>
  (code === 'VAT_UPGRADED' || allegedCode === 'VAT_UPGRADED') && upgrades.made() > 0;

const call = async () => {
  const name = names[(number += 1) % VATS];
  const began = performance.now();
  const answer = await kernel.send(name, 'work', [number]).catch((reason) => {
    if (isCutOff(reason)) return 'cut off';
    throw reason;
  });
  if (answer === 'cut off' && upgrades.made() > 0) {
    counts.cutOff += 1;
    return;
  }
  if (answer !== 'right') throw Error(`${name} answered call ${number}: ${answer}`);
  counts.answers += 1;
  latency.record(Math.max(1, Math.round((performance.now() - began) * 1e6)));
};

/** When each call of all callers together may be made. */
let next = performance.now();
const round = async () => {
  if (RATE === 0) return;
  next = Math.max(next + 1_000 / RATE, performance.now() - 1_000);
  const wait = next - performance.now();
  if (wait > 0) await setTimeout(wait);
};
const caller = async () => {
  while (performance.now() < until) {
    await round();
    await call();
  }
};

const stalls = watchStalls();
const samples = [];
let last = { at: performance.now(), cranks: kernel.stats().cranks, ...counts };
const began = last.at;

const sample = async () => {
  const at = performance.now();
  const { cranks } = kernel.stats();
  const seconds = (at - last.at) / 1_000;
  const row = {
    minutes: (at - began) / 60_000,
    cranks: (cranks - last.cranks) / seconds,
    answers: (counts.answers - last.answers) / seconds,
    p50: latency.percentile(50) / 1e6,
    p99: latency.percentile(99) / 1e6,
    stall: stalls.longest(),
    onProcessor: stalls.longestOnProcessor(),
    ...(await memoryOf()),
    disk: await diskOf(directory),
  };
  samples.push(row);
  last = { at: performance.now(), cranks: kernel.stats().cranks, ...counts };
  latency.reset();
  stalls.begin();
  return row;
};

const COLUMNS = [
  ['minutes', 'minutes', 1],
  ['cranks/s', 'cranks', 0],
  ['answers/s', 'answers', 0],
  ['p50 ms', 'p50', 0],
  ['p99 ms', 'p99', 0],
  ['stall ms', 'stall', 0],
  ['on processor', 'onProcessor', 0],
  ['own MB', 'own', 0],
  ['resident MB', 'resident', 0],
  ['heap MB', 'heap', 0],
  ['disk MB', 'disk', 1],
];
const line = (cells) => console.log(cells.map((cell) => cell.padStart(13)).join(''));
line(COLUMNS.map(([title]) => title));
const show = (row) => line(COLUMNS.map(([, key, digits]) => row[key].toFixed(digits)));

const reporting = new AbortController();
const report = async () => {
  while (!reporting.signal.aborted) {
    await setTimeout(EVERY * 1_000, undefined, { signal: reporting.signal }).catch(() => undefined);
    show(await sample());
  }
};
const reported = report();
await Promise.all(Array.from({ length: CALLERS }, caller));
await upgrades.finish();
reporting.abort();
await reported;
await kernel.run();

const findings = checkTables(kernel.store.tables);
const { cranks } = kernel.stats();
await kernel.close();
if (values.directory === undefined) await rm(directory, { recursive: true, force: true });

const meanOf = (key, from, to) => {
  const part = samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length));
  return part.reduce((sum, row) => sum + row[key], 0) / part.length;
};
const ratioOf = (key) => (meanOf(key, 2 / 3, 1) / meanOf(key, 1 / 3, 2 / 3)).toFixed(2);
const mostOf = (key) => Math.max(...samples.map((row) => row[key])).toFixed(0);
console.log(
  [
    `${cranks} cranks, ${counts.answers} answers, ${counts.cutOff} calls that an upgrade cut off, ${upgrades.made()} upgrades`,
    `longest stall ${mostOf('stall')} ms by the clock, ${mostOf('onProcessor')} ms on the processor`,
    `last third beside the second: own memory ${ratioOf('own')}, disk ${ratioOf('disk')}, cranks a second ${ratioOf('cranks')}`,
    findings.length === 0 ? 'all rows are right' : `rows are wrong: ${findings.join('; ')}`,
  ].join('\n'),
);
process.exit(findings.length === 0 ? 0 : 1);
