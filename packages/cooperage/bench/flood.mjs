// A vat whose inbox grows to a million messages: what others get done meanwhile, and what it takes.
//   npm run build && npm run flood -w cooperage [-- --messages 1000000 --inbox-limit 0]
// The vat is busy with one crank for so many seconds (`--busy 60`) and then works off what has come. With a limit (10000 is what vats have by default) whoever sends too fast is slowed instead. Ends with an error if a
// message is lost or out of order.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkTables } from '@cooperage/kernel';
import { openKernel } from '../dist/index.js';
import { watchStalls } from './stalls.mjs';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '200' },
    busy: { type: 'string', default: '60' },
    'inbox-limit': { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    order: { type: 'string', default: 'arrival' },
  },
});
const [MESSAGES, BATCH, BUSY, LIMIT, THREADS] = [
  values.messages,
  values.batch,
  values.busy,
  values['inbox-limit'],
  values.threads,
].map(Number);

const source = join(import.meta.dirname, 'flood-vat.js');
const directory = await mkdtemp(join(tmpdir(), 'cooperage-flood-'));
const kernel = await openKernel({
  directory,
  threads: THREADS,
  order: values.order,
  history: false,
  log: () => undefined,
  config: {
    crankTimeLimit: 600_000,
    vats: {
      victim: { source, inboxLimit: LIMIT, ownThread: true },
      flooder: { source },
      ann: { source },
      ben: { source },
    },
  },
});

const { tables } = kernel.store;
const inbox = () => Number(tables.get('v1.in.tail') ?? 0) - Number(tables.get('v1.in.head') ?? 0);
const diskOf = async (folder) => {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
};
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

const stalls = watchStalls();

const ROUNDS = 50;
/** Round trips of two vats that have nothing to do with it, until it is done. */
const rallyWhile = async (isGoing) => {
  const began = performance.now();
  let trips = 0;
  do {
    await kernel.send('ann', 'rally', [ROUNDS, kernel.root('ben')]);
    trips += ROUNDS;
  } while (isGoing());
  return (trips / (performance.now() - began)) * 1_000;
};

let peak = 0;
const phase = async (name, act) => {
  stalls.begin();
  const began = performance.now();
  let going = true;
  const done = act().finally(() => {
    going = false;
  });
  const rate = await rallyWhile(() => going);
  await done;
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  console.log(
    `${name}: ${((performance.now() - began) / 1_000).toFixed(1)} s; two others: ${rate.toFixed(0)} round trips a second; ` +
      `inbox ${inbox()}, at most ${peak}; thread away for ${stalls.longest().toFixed(0)} ms at most; ` +
      `${megabytes(rss)} resident, ${megabytes(heapUsed)} heap of the kernel's thread; ${megabytes(await diskOf(directory))} on disk`,
  );
};

kernel.on('retired', () => {
  peak = Math.max(peak, inbox());
});
/** Batches that the flooder has before it. */
const AHEAD = 20;
const LOOPS = 20_000_000;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
try {
  await phase('nobody is flooded', () => sleep(5_000));
  const began = performance.now();
  await kernel.send('victim', 'work', [LOOPS]);
  const perLoop = (performance.now() - began) / LOOPS;
  const busy = kernel.send('victim', 'work', [Math.round((BUSY * 1_000) / perLoop)]);
  await phase('flooding', async () => {
    const victim = kernel.root('victim');
    const batches = Math.ceil(MESSAGES / BATCH);
    let next = 0;
    await Promise.all(
      Array.from({ length: AHEAD }, async () => {
        while (next < batches) {
          next += 1;
          await kernel.send('flooder', 'flood', [BATCH, victim]);
        }
      }),
    );
  });
  await busy;
  await phase('working it off', async () => {
    while (inbox() > 0) await sleep(50);
  });
  const received = await kernel.send('victim', 'received');
  await kernel.run();
  const findings = checkTables(tables);
  console.log(JSON.stringify({ peak, ...received, findings }));
  if (
    received.count !== Math.ceil(MESSAGES / BATCH) * BATCH ||
    !received.inOrder ||
    findings.length > 0
  )
    process.exitCode = 1;
} finally {
  await kernel.close();
  await rm(directory, { recursive: true, force: true });
}
