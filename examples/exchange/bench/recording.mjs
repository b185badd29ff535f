// What a history costs a running kernel: `npm run recording -w @cooperage/example-exchange [-- --rounds 24 --turns 8]`.
// The exchange is played with and without a history, in turns and in both orders of retirement, on directories of their own.
// What counts is processor time, of the kernel's thread and of all threads; the first turn warms up and is not counted.
// Linux only.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openKernel } from 'cooperage';
import { makeConfig } from '../dist/config.js';
import { readPrices } from '../dist/prices.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '24' },
    turns: { type: 'string', default: '8' },
  },
});
const config = makeConfig(readPrices(), { rounds: Number(values.rounds), repeat: 1 });
const TURNS = Number(values.turns);

/** Milliseconds that this thread has been on a processor. */
const processorTime = () =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;

const play = async (order, history) => {
  const directory = await mkdtemp(join(tmpdir(), 'cooperage-recording-'));
  const kernel = await openKernel({
    directory,
    config,
    order,
    history,
    services: { progress: { report: () => undefined } },
  });
  try {
    globalThis.gc?.();
    const before = processorTime();
    const whole = process.cpuUsage();
    await kernel.run();
    const own = processorTime() - before;
    const { user, system } = process.cpuUsage(whole);
    const { cranks } = kernel.stats();
    return { kernel: own / cranks, all: (user + system) / 1000 / cranks };
  } finally {
    await kernel.close();
    await rm(directory, { recursive: true, force: true });
  }
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const say = (...columns) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
const micro = (number) => `${(number * 1000).toFixed(0)} µs`;

say(`Node ${process.version}`, `load ${loadavg()[0].toFixed(1)}`, `${TURNS} turns`, '', '');
say('order', 'threads', 'a crank without', 'with a history', 'more');
say('---', '---', '---', '---', '---');
for (const order of ['arrival', 'issue']) {
  const costs = { true: [], false: [] };
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const history of turn % 2 === 0 ? [false, true] : [true, false]) {
      const cost = await play(order, history);
      if (turn > 0) costs[history].push(cost);
    }
  }
  for (const [threads, what] of Object.entries({ kernel: 'the kernel’s', all: 'all' })) {
    const [kept, without] = [costs.true, costs.false].map((of) => of.map((cost) => cost[threads]));
    const more = median(kept.map((each, i) => each / without[i] - 1));
    say(order, what, micro(median(without)), micro(median(kept)), `${(more * 100).toFixed(1)} %`);
  }
}
