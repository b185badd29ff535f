// How long a world of three vats takes to open, and how long 100 orders of a scenario of 20 messages take: `npm run figures
// -w @cooperage/test [-- --runs 100]`. Processor time is that of all threads of the process.
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closePool, E, explore, openWorld } from '@cooperage/test';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '100' } } });
const runs = Number(values.runs);

const vat = (name) => join(import.meta.dirname, '../test/vats', `${name}.ts`);
const config = { vats: { bank: vat('bank'), ann: vat('teller'), bob: vat('teller') } };

const say = (...columns) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
const ms = (number) => `${number.toFixed(1)} ms`;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Wall-clock and processor time in milliseconds. */
const measure = async (act) => {
  const began = performance.now();
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - began, processor: (user + system) / 1000 };
};

/** Twenty messages: ten of the host, and two that each but the last of its askers sends. */
const sendSeveral = async ({ roots: { bank, ann, bob } }) => {
  const taken = [];
  for (let i = 0; i < 5; i += 1) taken.push(E(i % 2 === 0 ? ann : bob).take(bank, 1));
  for (let i = 0; i < 5; i += 1) taken.push(E(bank).balance());
  await Promise.all(taken);
};

say(
  `Node ${process.version}`,
  `${availableParallelism()} cores`,
  `load ${loadavg()[0].toFixed(1)}`,
);
say('what', 'wall clock', 'processor time');
say('---', '---', '---');
const opened = [];
for (let i = 0; i < 21; i += 1) {
  let world;
  const time = await measure(async () => {
    world = await openWorld(config);
    // It is open when its vats answer.
    await E(world.roots.ann).take(world.roots.bank, 0);
    await E(world.roots.bob).take(world.roots.bank, 0);
  });
  if (i === 0) {
    say('first world of three vats', ms(time.wall), ms(time.processor));
    const messages = world.recording().deliveries.filter(({ message }) => message !== undefined);
    if (messages.length === 0) throw Error('nothing was recorded');
  } else opened.push(time);
  await world.close();
}
say(
  'a later one, median of 20',
  ms(median(opened.map(({ wall }) => wall))),
  ms(median(opened.map(({ processor }) => processor))),
);
const explored = await measure(() => explore(config, sendSeveral, { runs, recording: false }));
say(`${runs} orders of 20 messages`, ms(explored.wall), ms(explored.processor));
await closePool();
