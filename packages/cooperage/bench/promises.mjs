// Promises by the million, of every kind: nothing of them may be left in the kernel's tables.
//   npm run build && npm run promises -w cooperage [-- --promises 1000000 --batch 500 --threads 2]
// Ends with an error if anything is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkTables } from '@cooperage/kernel';
import { openKernel } from '../dist/index.js';

const { values } = parseArgs({
  options: {
    promises: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '500' },
    threads: { type: 'string', default: '2' },
  },
});
const [PROMISES, BATCH, THREADS] = [values.promises, values.batch, values.threads].map(Number);
const KINDS = [
  'data',
  'rejected',
  'promises',
  'cycle',
  'pipelined',
  'redirected',
  'redirectedInCycle',
];

const fixture = (name) => join(import.meta.dirname, '../test/fixtures', name);
const source = fixture('promise-maker-vat.js');
const directory = await mkdtemp(join(tmpdir(), 'cooperage-promises-'));
const kernel = await openKernel({
  directory,
  threads: THREADS,
  log: () => undefined,
  on: { console: () => undefined },
  liveslots: { redirecting: fixture('redirecting-liveslots.js') },
  config: {
    bootstrap: 'maker',
    crankTimeLimit: 600_000,
    vats: {
      maker: { source },
      peer: { source },
      redirector: { source, liveslots: 'redirecting' },
    },
    bundles: { peer: { source } },
  },
});

const { tables } = kernel.store;
const count = (from, to, isMeant) => {
  let number = 0;
  for (const key of tables.keys(from, to)) if (isMeant(key)) number += 1;
  return number;
};
/** How many promises there ever were. */
const made = () => Number(tables.get('k.promise') ?? 0);
/** Rows of promises, and of what vats call them. */
const left = () => ({
  promises: count('kp', 'kp:', () => true),
  names: count('v', 'w', (key) => /^v\d+\.(?:r\.p|k\.kp)/.test(key)),
});
/** Of the process, with the pages of the store that are mapped, and of the kernel's own heap. */
const megabytes = () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: Math.round(rss / 1e6), heap: Math.round(heapUsed / 1e6) };
};

const ends = { fulfilled: 0, rejected: 0 };
const add = (more) => {
  ends.fulfilled += more.fulfilled;
  ends.rejected += more.rejected;
};
const began = performance.now();
let told = 0;
for (let round = 0; made() < PROMISES; round += 1) {
  const asked = KINDS.map((kind) => kernel.send('maker', 'make', [kind, BATCH]));
  asked.push(kernel.send('maker', 'orphan', [`orphan${round}`, BATCH, round % 2 === 1]));
  for (const each of await Promise.all(asked)) add(each);
  await kernel.send('peer', 'release');
  if (made() - told < PROMISES / 20) continue;
  told = made();
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  const { promises, names } = left();
  const { resident, heap } = megabytes();
  console.log(
    `${told} promises in ${seconds} s; now ${promises} rows of promises, ${names} of names; ` +
      `${resident} MB resident, ${heap} MB heap of the kernel's thread`,
  );
}
await kernel.run();
const result = {
  made: made(),
  ...ends,
  seconds: Math.round((performance.now() - began) / 1_000),
  left: left(),
  findings: checkTables(tables),
  megabytes: megabytes(),
};
console.log(JSON.stringify(result));
await kernel.close();
await rm(directory, { recursive: true, force: true });
if (result.left.promises + result.left.names + result.findings.length > 0) process.exitCode = 1;
