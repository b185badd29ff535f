// The end of a vat that owns much: how long others wait for the kernel meanwhile.
//   npm run build && npm run large-vat -w cooperage [-- --keys 1000000 --exports 100000 --imports 100000]
// Ends with an error if anything is left of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkTables } from '@cooperage/kernel';
import { openKernel } from '../dist/index.js';
import { watchStalls } from './stalls.mjs';

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    exports: { type: 'string', default: '100000' },
    imports: { type: 'string', default: '100000' },
  },
});
const [KEYS, EXPORTS, IMPORTS] = [values.keys, values.exports, values.imports].map(Number);
const KEYS_AT_ONCE = 5_000;
const OBJECTS_AT_ONCE = 1_000;

const large = { source: join(import.meta.dirname, 'large-vat.js') };
const directory = await mkdtemp(join(tmpdir(), 'cooperage-large-vat-'));
const kernel = await openKernel({
  directory,
  log: () => undefined,
  config: {
    bootstrap: 'maker',
    crankTimeLimit: 60_000,
    vats: { maker: large, other: large },
    bundles: { large },
  },
});
const { tables } = kernel.store;

const stalls = watchStalls();

const phase = async (name, act) => {
  stalls.begin();
  const began = performance.now();
  await act();
  const { rss, heapUsed } = process.memoryUsage();
  console.log(
    `${name}: ${((performance.now() - began) / 1_000).toFixed(2)} s; thread away for ${stalls.longest().toFixed(0)} ms at most; ` +
      `${(rss / 1e6).toFixed(0)} MB resident, ${(heapUsed / 1e6).toFixed(0)} MB heap of the kernel's thread`,
  );
};

const rowsLeft = () => {
  let count = 0;
  for (const key of tables.keys('v3.', 'v3/')) if (key) count += 1;
  return count;
};

try {
  const big = await kernel.send('maker', 'create');
  await phase(`${KEYS} keys`, async () => {
    for (let i = 0; i < KEYS; i += KEYS_AT_ONCE) await big.send('fill', [KEYS_AT_ONCE]);
  });
  await phase(`${EXPORTS} objects that another holds`, async () => {
    for (let i = 0; i < EXPORTS; i += OBJECTS_AT_ONCE) {
      await kernel.send('other', 'take', [big, OBJECTS_AT_ONCE]);
    }
  });
  await phase(`${IMPORTS} objects of another`, async () => {
    for (let i = 0; i < IMPORTS; i += OBJECTS_AT_ONCE) {
      await big.send('take', [kernel.root('maker'), OBJECTS_AT_ONCE]);
    }
  });
  console.log(`${rowsLeft()} rows`);
  await phase('its end', () => kernel.send('maker', 'terminate'));
  let pings = 0;
  let slowest = 0;
  await phase('what it leaves is deleted, while others talk', async () => {
    while (tables.keys('v3.', 'v3/').next().done !== true) {
      const began = performance.now();
      await kernel.send('other', 'ping');
      slowest = Math.max(slowest, performance.now() - began);
      pings += 1;
    }
  });
  console.log(`${pings} answers meanwhile, the slowest after ${slowest.toFixed(0)} ms`);
  await phase('everything else', () => kernel.run());
  const findings = checkTables(tables);
  console.log(JSON.stringify({ left: rowsLeft(), findings: findings.slice(0, 5) }));
  if (rowsLeft() > 0 || findings.length > 0) process.exitCode = 1;
} finally {
  await kernel.close();
  await rm(directory, { recursive: true, force: true });
}
