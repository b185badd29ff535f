// What a kernel in PostgreSQL costs beside one in LMDB, and how long it is away when its node fails or hands it over.
//   npm run build && npm run cluster -w cooperage [-- MESSAGES ROWS]
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openMembership } from '@cooperage/cluster';
import { openPostgresBackend } from '@cooperage/store-postgres';
import { openKernel } from '../../dist/index.js';
import { startServer } from './server.mjs';

const [messages = 2_000, rows = 10_000] = process.argv.slice(2).map(Number);
/** Sent at once. */
const BATCH = 50;
const LEASE = 2_000;
const KILLS = 5;
const vat = fileURLToPath(new URL('rows-vat.js', import.meta.url));
const vats = { rows: { source: vat } };

const server = await startServer();
const { home, url } = server;
const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const load = async (kernel) => {
  for (let sent = 0; sent < messages; sent += BATCH) {
    await Promise.all(Array.from({ length: BATCH }, () => kernel.send('rows', 'increment', [])));
  }
  await kernel.flush?.();
};

/** Milliseconds of processor time per crank; the first load warms up. */
const measure = async (options, committed) => {
  const kernel = await openKernel({ config: { vats }, ...options });
  kernel.start();
  await load(kernel);
  const before = {
    used: used(),
    server: server.used(),
    cranks: kernel.stats().cranks,
    groups: committed(),
    trips: await server.transactions(),
  };
  await load(kernel);
  const cranks = kernel.stats().cranks - before.cranks;
  const result = {
    perCrank: (used() - before.used) / cranks,
    serverPerCrank: (server.used() - before.server) / cranks,
    groups: committed() - before.groups,
    trips: 0,
  };
  // The session that asks says what it did a second later.
  await sleep(1_500);
  result.trips = (await server.transactions()) - before.trips;
  await kernel.close();
  return result;
};

// The first one has the program compiled.
await measure({ directory: join(home, 'first') }, () => 0);
const lmdb = await measure({ directory: join(home, 'lmdb') }, () => 0);
const backend = await openPostgresBackend({ url, data: join(home, 'replica'), shard: 'load' });
const postgres = await measure({ backend }, () => backend.committed);

const kernelConfig = join(home, 'cooperage.json');
writeFileSync(kernelConfig, JSON.stringify({ vats }));
const membership = openMembership({ url });
await membership.init(['s0']);

const startNode = async (name) => {
  const config = join(home, `${name}.json`);
  writeFileSync(
    config,
    JSON.stringify({
      database: { url },
      data: join(home, name),
      node: { name },
      lease: LEASE,
      kernels: { s0: kernelConfig },
      listen: '127.0.0.1:0',
    }),
  );
  const child = fork(fileURLToPath(new URL('node.mjs', import.meta.url)), [config]);
  const waiting = new Map();
  let asked = 0;
  child.on('message', ({ id, ...answer }) => waiting.get(id)?.(answer));
  const heard = (id) =>
    new Promise((resolve, reject) => {
      waiting.set(id, ({ value, error }) =>
        error === undefined ? resolve(value) : reject(Error(error)),
      );
      child.once('exit', () => reject(Error('the node is gone')));
    });
  await heard(0);
  const ask = (what, ...args) => {
    asked += 1;
    if (child.connected) child.send({ id: asked, ask: what, args }, () => undefined);
    return heard(asked);
  };
  child.setMaxListeners(0);
  return {
    name,
    child,
    ask,
    send: (...args) => ask('send', 's0', 'rows', ...args),
    shard: async () => (await ask('shards'))[0],
  };
};

const until = async (node, role) => {
  while ((await node.shard())?.state.role !== role) await sleep(20);
};
/** Milliseconds until it answers. */
const answers = async (node, since) => {
  for (;;) {
    try {
      await node.send('increment', []);
      return performance.now() - since;
    } catch {
      await sleep(5);
    }
  }
};
const memoryOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

let owner = await startNode('node0');
await until(owner, 'owner');
for (let i = 0; i < rows; i += 500) await owner.send('fill', [i, Math.min(500, rows - i)]);
const memory = memoryOf((await owner.shard()).pid);

const recoveries = [];
for (let i = 1; i <= KILLS; i += 1) {
  const standby = await startNode(`node${i}`);
  await until(standby, 'standby');
  const killed = performance.now();
  owner.child.kill('SIGKILL');
  recoveries.push(await answers(standby, killed));
  owner = standby;
}

const next = await startNode('last');
await until(next, 'standby');
const gaps = [];
let isOver = false;
let last = performance.now();
const clients = (async () => {
  while (!isOver) {
    const answer = await Promise.any([
      owner.send('increment', []),
      next.send('increment', []),
    ]).catch(() => undefined);
    if (answer === undefined) {
      await sleep(2);
      continue;
    }
    gaps.push(performance.now() - last);
    last = performance.now();
  }
})();
await sleep(500);
await membership.move('s0', 'last');
await until(next, 'owner');
await sleep(500);
isOver = true;
await clients;

const ms = (n) => `${n.toFixed(n < 10 ? 2 : 0)} ms`;
const median = [...recoveries].sort((a, b) => a - b)[Math.floor(KILLS / 2)];
const lines = [
  [
    'machine',
    `${cpus().length} cores, the server on them too; load ${loadavg()[0].toFixed(1)}: other work on the machine is in the figures`,
  ],
  [
    'round trips of a group',
    `${(postgres.trips / postgres.groups).toFixed(2)} (${postgres.trips} transactions, ${postgres.groups} groups)`,
  ],
  [
    'processor time of a crank, kernel’s process',
    `${ms(postgres.perCrank)}, with LMDB ${ms(lmdb.perCrank)}: ${(postgres.perCrank / lmdb.perCrank).toFixed(2)} times`,
  ],
  ['processor time of a crank, server', ms(postgres.serverPerCrank)],
  [
    `first answer of the standby after kill -9, ${rows} rows, lease ${LEASE} ms`,
    `${ms(median)}, longest ${ms(Math.max(...recoveries))}`,
  ],
  ['pause of a handover', ms(Math.max(...gaps))],
  [`resident memory of the shard with ${rows} rows`, `${memory.toFixed(0)} MB`],
];
for (const [what, value] of lines) console.log(`${what}: ${value}`);

owner.child.kill('SIGKILL');
next.child.kill('SIGKILL');
await membership.close();
await server.stop();
process.exit(0);
