// What writing a crank down costs the calling thread: a crank of 20 puts and a delete, 3.5 KB.
//   npm run build && node packages/kernel/bench/history-cost.mjs
import { createHash } from 'node:crypto';
import { formatWrites } from '../dist/core/record-history.js';

const sha256 = (texts) => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text, 'utf8');
  return hash.digest('base64url');
};

const CRANKS = 50_000;
const writes = new Map(
  Array.from({ length: 20 }, (_, i) => [`v7.vs.vom.o+d10/${(i * 7) % 20}`, 'x'.repeat(150)]),
);
writes.set('v7.out.00000000a', null);

for (let round = 0; round < 3; round += 1) {
  let hash = '';
  const began = process.cpuUsage();
  for (let crank = 0; crank < CRANKS; crank += 1) {
    hash = sha256([`${hash} ${crank} ["retire","v7",${crank}]\n`, ...formatWrites(writes)]);
  }
  const { user, system } = process.cpuUsage(began);
  console.log(`${((user + system) / CRANKS).toFixed(1)} µs a crank (${hash.slice(0, 6)})`);
}
