// Flips single bits of a store, one at a time, then opens, reads and writes it:
//   node flip-bits.mjs FOLDER SEED FLIPS [PAGES]
// The store is made if it is not there. Half of the flips are anywhere in the data file, the others in a page of a kind
// that is chosen first, so that the few pages at the top of a tree get as many as the rows; PAGES names one kind, and
// all flips are in pages of it.
//
// Prints what became of them: `refused` when it was opened, `refused when read`, `harmless`: every row and blob was as it
// had been, and so were they after a commit; and `wrong`. Ends by a signal where LMDB was let near a file that kills it.
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { openLmdbBackend } from '@cooperage/store-lmdb';

const [folder, seedText, flipsText, onlyKind] = process.argv.slice(2);
const END = '\uffff'.repeat(401);
const PAGE = 4096;

let state = Number(seedText);
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

/** A store with trees of several levels, values and keys of all sizes, free pages and blobs. */
const makeStore = async () => {
  const backend = await openLmdbBackend(folder);
  for (let sequence = 1; sequence <= 4; sequence += 1) {
    const writes = new Map();
    for (let i = 0; i < 800; i += 1) {
      if (i % 4 < sequence) {
        const key = i % 50 === 0 ? `long key ${'k'.repeat(i / 2.5)} ${i}` : `v${i % 7}.key ü ${i}`;
        writes.set(key, `value ${i} ${sequence} `.repeat(i % 100 === 0 ? 900 : 8));
      }
    }
    await backend.commit({ epoch: backend.epoch, sequence, writes });
  }
  for (const size of [1_000, 90_000, 150_000]) {
    await backend.blobs.put(new Uint8Array(size).map((_, i) => i * size));
  }
  await backend.close();
};

const content = (backend) => {
  const rows = new Map();
  for (const key of backend.keys('', END)) rows.set(key, backend.get(key));
  for (const hash of backend.blobs.list()) rows.set(`blob ${hash}`, hash);
  for (const hash of backend.blobs.list()) backend.blobs.get(hash);
  return rows;
};

const isEqual = (a, b) => a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);

const kindOf = (sound, page) => {
  if (page < 2) return 'meta';
  if (Number(sound.readBigUInt64LE(page * PAGE)) !== page) return 'inside values';
  const flags = sound.readUInt16LE(page * PAGE + 18);
  return { 1: 'branch', 2: 'leaf', 4: 'large value' }[flags & 7] ?? 'other';
};

if (!existsSync(folder)) await makeStore();
const kept = `${folder}.kept`;
rmSync(kept, { recursive: true, force: true });
cpSync(folder, kept, { recursive: true });
const sound = readFileSync(join(kept, 'store.mdb'));
const files = readdirSync(join(kept, 'blobs')).map((name) => join('blobs', name));
const pages = Map.groupBy
  ? Map.groupBy(Array(sound.length / PAGE).keys(), (page) => kindOf(sound, page))
  : new Map();
if (pages.size === 0) {
  for (let page = 0; page < sound.length / PAGE; page += 1) {
    const kind = kindOf(sound, page);
    pages.set(kind, [...(pages.get(kind) ?? []), page]);
  }
}

const flip = (file, bit) => {
  const bytes = file === 'store.mdb' ? sound : readFileSync(join(kept, file));
  const fd = openSync(join(folder, file), 'r+');
  writeSync(fd, Uint8Array.of(bytes[bit >> 3] ^ (1 << (bit & 7))), 0, 1, bit >> 3);
  closeSync(fd);
};

const choose = () => {
  const kinds = [...pages.keys(), 'blob file'];
  if (onlyKind === undefined && random(2) === 0)
    return ['anywhere', 'store.mdb', random(8 * sound.length)];
  const kind = onlyKind ?? kinds[random(kinds.length)];
  if (kind === 'blob file') {
    const file = files[random(files.length)];
    return [kind, file, random(8 * readFileSync(join(kept, file)).length)];
  }
  const found = pages.get(kind);
  return [kind, 'store.mdb', 8 * PAGE * found[random(found.length)] + random(8 * PAGE)];
};

const restore = () => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(kept, folder, { recursive: true });
};

const before = await openLmdbBackend(folder);
const expected = content(before);
await before.close();
restore();

const tryIt = async () => {
  let backend;
  try {
    backend = await openLmdbBackend(folder);
  } catch (error) {
    if (error.code !== 'STORE_CORRUPT') throw error;
    return 'refused';
  }
  try {
    if (!isEqual(content(backend), expected)) return 'wrong';
    const writes = new Map();
    for (let i = 0; i < 60; i += 1)
      writes.set(`v${i % 7}.key ü ${random(800)}`, i % 3 ? 'new' : null);
    await backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
    await backend.close();
    backend = await openLmdbBackend(folder, { check: 'always' });
    const after = new Map(expected);
    for (const [key, value] of writes) {
      if (value === null) after.delete(key);
      else after.set(key, value);
    }
    return isEqual(content(backend), after) ? 'harmless' : 'wrong';
  } catch (error) {
    if (error.code !== 'STORE_CORRUPT') throw error;
    return 'refused when read';
  } finally {
    await backend.close();
  }
};

const counts = { refused: 0, 'refused when read': 0, harmless: 0, wrong: 0 };
const wrong = [];
for (let n = 0; n < Number(flipsText); n += 1) {
  const [kind, file, bit] = choose();
  flip(file, bit);
  // What is printed last before a crash tells which one it was.
  if (process.env.FLIPS_LOG) writeFileSync(process.env.FLIPS_LOG, `${kind} ${file} ${bit}\n`);
  const outcome = await tryIt();
  counts[outcome] += 1;
  if (outcome === 'wrong') wrong.push({ kind, file, bit });
  restore();
}
rmSync(kept, { recursive: true, force: true });
console.log(JSON.stringify({ ...counts, ...(wrong.length > 0 && { where: wrong }) }));
