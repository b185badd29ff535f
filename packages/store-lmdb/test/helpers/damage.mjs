// Damages copies of a store at random, then opens, reads and writes them:
//   node damage.mjs FOLDER SEED RUNS
// Prints how often the damage was found; ends by a signal where LMDB was let near a file that kills it.
import {
  cpSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { openLmdbBackend } from '@cooperage/store-lmdb';

const [folder, seedText, runsText] = process.argv.slice(2);
let state = Number(seedText);
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return (state >>> 8) % below;
};

const DAMAGES = {
  bytes: (fd, size) => {
    for (let i = random(20); i >= 0; i -= 1)
      writeSync(fd, Uint8Array.of(random(256)), 0, 1, random(size));
  },
  header: (fd, size) => {
    const page = random(Math.floor(size / 4096)) * 4096;
    writeSync(fd, Uint8Array.of(random(256), random(256)), 0, 2, page + random(40));
  },
  meta: (fd) => {
    writeSync(fd, Uint8Array.of(random(256)), 0, 1, random(2) * 4096 + random(168));
  },
  zeroes: (fd, size) => {
    writeSync(fd, new Uint8Array(4096), 0, 4096, random(Math.floor(size / 4096)) * 4096);
  },
  moved: (fd, size) => {
    const pages = Math.floor(size / 4096);
    const page = new Uint8Array(4096);
    readSync(fd, page, 0, 4096, random(pages) * 4096);
    writeSync(fd, page, 0, 4096, random(pages) * 4096);
  },
};

const counts = { found: 0, harmless: 0 };
for (let run = 0; run < Number(runsText); run += 1) {
  const copy = `${folder}.damaged`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(folder, copy, { recursive: true });
  const file = `${copy}/store.mdb`;
  const { size } = statSync(file);
  const kind = random(6);
  if (kind === 5) {
    truncateSync(file, random(size));
  } else {
    const fd = openSync(file, 'r+');
    Object.values(DAMAGES)[kind](fd, size);
    closeSync(fd);
  }
  try {
    const backend = await openLmdbBackend(copy);
    try {
      for (const key of backend.keys('', '\uffff'.repeat(401))) backend.get(key);
      const writes = new Map(
        Array.from({ length: 200 }, (_, i) => [`key ${random(3000)}`, i % 3 ? 'new' : null]),
      );
      await backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
      counts.harmless += 1;
    } finally {
      await backend.close();
    }
  } catch (error) {
    if (error.code !== 'STORE_CORRUPT') throw error;
    counts.found += 1;
  }
}
rmSync(`${folder}.damaged`, { recursive: true, force: true });
console.log(JSON.stringify(counts));
