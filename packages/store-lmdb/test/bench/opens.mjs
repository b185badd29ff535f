// What it costs to open and to close a store that was closed, by its size: the checksum of the whole file, and, for comparison,
// the walk over all pages.
//   npm run build && node packages/store-lmdb/test/bench/opens.mjs [MEGABYTES…]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAllPages } from '../../dist/check/check-data-file.js';
import { wasClosedClean } from '../../dist/files/clean-mark.js';
import { openLmdbBackend } from '../../dist/index.js';

const timed = async (work) => {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  return `${(performance.now() - began).toFixed(1)} ms (${((user + system) / 1_000).toFixed(1)} ms on the processor)`;
};

for (const megabytes of process.argv.length > 2
  ? process.argv.slice(2).map(Number)
  : [1, 10, 100]) {
  const folder = mkdtempSync(join(tmpdir(), 'cooperage-opens-'));
  const path = join(folder, 'store.mdb');
  const backend = await openLmdbBackend(folder);
  for (let sequence = 1; sequence <= megabytes; sequence += 1) {
    const writes = new Map();
    for (let i = 0; i < 5_000; i += 1) writes.set(`row ${sequence} ${i}`, 'x'.repeat(150));
    await backend.commit({ epoch: backend.epoch, sequence, writes });
  }
  await backend.close();
  console.log(`${(statSync(path).size / 1e6).toFixed(1)} MB`);
  console.log(`  checksum: ${await timed(() => wasClosedClean(folder, path))}`);
  console.log(`  walk:     ${await timed(() => checkAllPages(path))}`);
  let opened;
  console.log(`  open:     ${await timed(async () => (opened = await openLmdbBackend(folder)))}`);
  console.log(`  close:    ${await timed(() => opened.close())}`);
  rmSync(folder, { recursive: true });
}
