/** Sends one message from a vat to another, and tells which files are entered on its way: `node --import ./register.mjs main.mjs`. */
import '@cooperage/worker-local/lockdown';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { openKernel } = await import('cooperage');
const { makeLocalWorkerHost } = await import('@cooperage/worker-local');

const folder = mkdtempSync(join(tmpdir(), 'cooperage-trace-'));
const alice = join(folder, 'alice.js');
const bob = join(folder, 'bob.js');
writeFileSync(
  alice,
  `export const buildRootObject = () => Far('alice', {
    meet: (bob) => { globalThis.bob = bob; },
    ask: async () => { await null; return E(globalThis.bob).add(2, 3); },
  });`.replaceAll('globalThis.bob', 'known.bob').replace('export const', 'const known = {};\nexport const'),
);
writeFileSync(bob, `export const buildRootObject = () => Far('bob', { add: (a, b) => a + b });`);

/** The files that are entered, each once in a row. */
const entered = [];
let isOn = false;
globalThis.entered = (file) => {
  if (isOn && entered.at(-1) !== file) entered.push(file);
};

const kernel = await openKernel(
  { vats: { alice: { sourceSpec: alice }, bob: { sourceSpec: bob } }, order: 'issue' },
  { workers: makeLocalWorkerHost() },
);
await kernel.run();
await kernel.vats.alice.meet(kernel.vats.bob).catch(() => undefined);
await kernel.run();
isOn = true;
const sum = kernel.vats.alice.ask();
await kernel.run();
isOn = false;
if ((await sum) !== 5) throw new Error('the message was lost');
await kernel.close();
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(entered));
