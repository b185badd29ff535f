/** Sends one message from a vat to another, and tells which files are entered on its way. Run with `--import` of `register.mjs`. */
import '../../packages/worker-local/dist/lockdown.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { openKernel } = await import('../../packages/cooperage/dist/index.js');
const { makeLocalWorkerHost } = await import('../../packages/worker-local/dist/index.js');

const ALICE = `
let bob;
export const buildRootObject = () => Far('alice', {
  meet: (other) => { bob = other; },
  ask: () => E(bob).add(2, 3),
});`;
const BOB = `export const buildRootObject = () => Far('bob', { add: (a, b) => a + b });`;

const folder = mkdtempSync(join(tmpdir(), 'cooperage-trace-'));
writeFileSync(join(folder, 'alice.js'), ALICE);
writeFileSync(join(folder, 'bob.js'), BOB);

/** The files that are entered, each once in a row. */
const entered = [];
let isOn = false;
globalThis.entered = (file) => {
  // Not by methods: under lockdown these are found by functions that are noted themselves.
  if (isOn && entered[entered.length - 1] !== file) entered[entered.length] = file;
};

const kernel = await openKernel({
  config: {
    vats: { alice: { source: join(folder, 'alice.js') }, bob: { source: join(folder, 'bob.js') } },
  },
  workers: makeLocalWorkerHost(),
  manual: true,
});
try {
  const met = kernel.send('alice', 'meet', [kernel.root('bob')]);
  await kernel.run();
  await met;
  isOn = true;
  const sum = kernel.send('alice', 'ask', []);
  await kernel.run();
  isOn = false;
  if ((await sum) !== 5) throw new Error('the message was lost');
} finally {
  await kernel.close();
  rmSync(folder, { recursive: true });
}
process.stdout.write(JSON.stringify(entered));
