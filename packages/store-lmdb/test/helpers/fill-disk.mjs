// Writes groups until the disk is full, then tells what is left: node fill-disk.mjs FOLDER [ROWS]
import { openLmdbBackend } from '@cooperage/store-lmdb';

const failure = async (work) => {
  try {
    await work();
    return 'none';
  } catch (error) {
    return error.code;
  }
};

const size = Number(process.argv[3] ?? 100);
const backend = await openLmdbBackend(process.argv[2]);
let acknowledged = 0;
const failed = await failure(async () => {
  for (;;) {
    const sequence = backend.committed + 1;
    const rows = Array.from({ length: size }, (_, i) => [`${sequence}.${i}`, 'x'.repeat(500)]);
    const writes = new Map([['last', String(sequence)], ...rows]);
    await backend.commit({ epoch: backend.epoch, sequence, writes });
    acknowledged = sequence;
  }
});
const last = backend.get('last');
const next = await failure(() =>
  backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes: new Map() }),
);
const smallBlob = await failure(() => backend.blobs.put(new Uint8Array(100)));
const largeBlob = await failure(() => backend.blobs.put(new Uint8Array(9_000_000)));
await backend.close();
console.log(JSON.stringify({ failed, acknowledged, last, next, smallBlob, largeBlob }));
