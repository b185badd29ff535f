// What a crank of 20 gets, 20 puts and a delete costs the calling thread, over 146,000 rows in memory.
//   npm run build && node packages/store/bench/crank-cost.mjs
import { makeKernelStore, makeMemoryBackend } from '../dist/index.js';

const ROWS = 146_000;
const CRANKS = 50_000;
const GROUP = 256;

const key = (i) => `v${i % 100}.vs.vom.o+d10/${i}`;
const backend = makeMemoryBackend();
const rows = new Map(Array.from({ length: ROWS }, (_, i) => [key(i), `value ${i} `.repeat(8)]));
await backend.commit({ epoch: backend.epoch, sequence: 1, writes: rows });
const store = makeKernelStore(backend);
const { tables } = store;

// A linear congruential generator: equal on every run.
let state = 1;
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state % below;
};

const keys = Array.from(rows.keys());
const values = Array.from({ length: 1_000 }, (_, i) => `another value ${i} `.repeat(5));

/**
 * @param reach   how many of the rows the cranks touch
 * @param end     what ends a crank
 * @param iterate whether each crank looks for the first key of a range too
 */
const measure = async (title, reach, end, iterate) => {
  const start = performance.now();
  for (let crank = 0; crank < CRANKS; crank += 1) {
    tables.beginCrank();
    for (let i = 0; i < 20; i += 1) {
      const k = keys[random(reach)];
      tables.get(k);
      tables.set(k, values[random(1_000)]);
    }
    tables.delete(`v1.gone.${crank}`);
    if (iterate) for (const k of tables.keys('v7.vs.', 'v7.vs/')) if (k > 'v7.vs.') break;
    end();
    if (crank % GROUP === GROUP - 1) await store.flush();
  }
  const micros = ((performance.now() - start) * 1000) / CRANKS;
  console.log(`${title.padEnd(52)} ${micros.toFixed(1)} µs a crank`);
};

const accept = () => tables.acceptCrank();
const abort = () => tables.abortCrank();
for (let round = 0; round < 2; round += 1) {
  await measure('2,000 rows in use, aborted', 2_000, abort, false);
  await measure('2,000 rows in use, committed in groups of 256', 2_000, accept, false);
  await measure('the same with a look at a range in each crank', 2_000, accept, true);
  await measure('all rows in use, aborted', ROWS, abort, false);
  await measure('all rows in use, committed in groups of 256', ROWS, accept, false);
}
