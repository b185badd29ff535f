// Durable cranks a second through a kernel store over LMDB: 20 gets, 20 puts and a delete each, 3.5 KB,
// over 146,000 rows, in groups of at most N cranks.
//   npm run build && node packages/store-lmdb/test/bench/durable-cranks.mjs [FOLDER]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend } from '@cooperage/store-lmdb';

const ROWS = 146_000;
const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'cooperage-bench-'));
const time = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

// A linear congruential generator: equal on every run.
let state = 1;
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return (state >>> 4) % below;
};

const keys = Array.from({ length: ROWS }, (_, i) => `v${i % 100}.vs.vom.o+d10/${i}`);
const values = Array.from({ length: 1_000 }, (_, i) => `a value ${i} `.padEnd(150, '.'));

console.log(
  'create        ',
  (await time(async () => (await openLmdbBackend(folder)).close())).toFixed(1),
  'ms',
);
let backend = await openLmdbBackend(folder);
await backend.commit({
  epoch: backend.epoch,
  sequence: 1,
  writes: new Map(keys.map((k, i) => [k, values[i % 1_000]])),
});

const run = async (reach, group, milliseconds) => {
  const store = makeKernelStore(backend);
  const { tables } = store;
  const end = performance.now() + milliseconds;
  let cranks = 0;
  let busy = 0;
  let flushed = Promise.resolve();
  while (performance.now() < end) {
    const start = performance.now();
    for (let i = 0; i < group; i += 1) {
      tables.beginCrank();
      for (let j = 0; j < 20; j += 1) {
        const key = keys[random(reach)];
        tables.get(key);
        tables.set(key, values[random(1_000)]);
      }
      tables.delete('not there');
      tables.acceptCrank();
    }
    cranks += group;
    busy += performance.now() - start;
    // The next group fills while this one is written.
    const before = flushed;
    flushed = store.flush();
    await before;
  }
  await flushed;
  const seconds = (performance.now() - end + milliseconds) / 1_000;
  const share = ((busy / seconds / 1_000) * 100).toFixed(0);
  console.log(
    `${reach === ROWS ? 'rows at random' : 'hot rows      '} groups of ${String(group).padEnd(5)}`,
    `${Math.round(cranks / seconds)} cranks/s, in cranks ${share} % of the time`,
  );
};

for (const reach of [ROWS, 2_000]) {
  for (const group of [1, 10, 100, 256, 1_000]) await run(reach, group, 3_000);
}
const iterated = await time(async () => Array.from(backend.keys('v7.', 'v7/')).length);
console.log('1,460 keys in order', iterated.toFixed(1), 'ms');
await backend.close();
console.log('file          ', (statSync(join(folder, 'store.mdb')).size / 1e6).toFixed(1), 'MB');
for (const check of ['unless-clean', 'always']) {
  const opened = await time(async () => (backend = await openLmdbBackend(folder, { check })));
  console.log(`open, ${check}`, opened.toFixed(1), 'ms');
  await backend.close();
}
rmSync(folder, { recursive: true });
