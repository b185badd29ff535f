// Writes groups until it is killed: node grow.mjs FOLDER SAME
// Each group sets so many rows to its number, adds rows and takes rows of the group before away. Prints the number of
// each group once it is durable.
import { writeSync } from 'node:fs';
import { openLmdbBackend } from '@cooperage/store-lmdb';

const same = Number(process.argv[3]);
const backend = await openLmdbBackend(process.argv[2]);
for (;;) {
  const sequence = backend.committed + 1;
  const writes = new Map();
  for (let i = 0; i < same; i += 1) writes.set(`same.${i}`, String(sequence));
  for (let i = 0; i < 20; i += 1) {
    writes.set(`row.${sequence}.${i}`, `${sequence} `.repeat(i * 40));
    if (sequence > 1) writes.set(`row.${sequence - 1}.${i}`, null);
  }
  await backend.commit({ epoch: backend.epoch, sequence, writes });
  writeSync(1, `${sequence}\n`);
}
