// What the checksum of a row costs, beside what LMDB takes for the row:
//   npm run build && node packages/store-lmdb/test/bench/checksums.mjs
import { openRow, sealRow } from '../../dist/coding/sealed-rows.js';

const ROUNDS = 200_000;
const KEYS = Array.from({ length: 100 }, (_, i) => `v12.r.p+${1_000 + i}`);

/** The best of five, which a busy machine disturbs least. */
const nanoseconds = (act) => {
  let best = Infinity;
  for (let run = 0; run < 5; run += 1) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < ROUNDS; i += 1) act(i % 100);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / ROUNDS);
  }
  return best.toFixed(0).padStart(8);
};

console.log('characters    seal ns    open ns');
for (const size of [5, 15, 30, 64, 100, 300, 1_000, 10_000]) {
  const values = KEYS.map((_, i) => `${i}`.padEnd(size, 'abcdefgh'));
  const stored = values.map((value, i) => Buffer.from(sealRow(KEYS[i], value)).toString('latin1'));
  let sink = 0;
  const seal = nanoseconds((i) => (sink += sealRow(KEYS[i], values[i]).length));
  const open = nanoseconds((i) => (sink += openRow(KEYS[i], stored[i]).length));
  console.log(String(size).padStart(10), seal.padStart(10), open.padStart(10));
  if (sink === 0) throw new Error('nothing was done');
}
