// Which bits of a store to flip: by the kind of what they are in, chosen first, so that the few pages at the top of a tree get
// as many as the rows.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAllPages } from '../../../store-lmdb/dist/check/check-data-file.js';

const PAGE = 4_096;
const KINDS = { 1: 'branch page', 2: 'row', 4: 'large value' };

/** A page is free if the store is sound whatever is in it. */
const isFree = async (path, sound, page) => {
  const spoilt = Buffer.from(sound);
  spoilt.fill(0xa5, page * PAGE, (page + 1) * PAGE);
  writeFileSync(path, spoilt);
  try {
    return (await checkAllPages(path)).damaged.length === 0;
  } catch {
    return false;
  }
};

/** @returns pages of the data file and names of the blob files, by kind */
export const findPlaces = async (directory, scratch) => {
  const sound = readFileSync(join(directory, 'store.mdb'));
  const places = new Map();
  const add = (kind, place) => places.set(kind, [...(places.get(kind) ?? []), place]);
  let kind;
  for (let page = 0; page < sound.length / PAGE; page += 1) {
    const at = page * PAGE;
    if (page < 2) kind = 'meta page';
    else if (await isFree(scratch, sound, page)) kind = 'free page';
    else if (Number(sound.readBigUInt64LE(at)) === page) {
      kind = KINDS[sound.readUInt16LE(at + 18) & 7] ?? 'other';
    } else kind = 'large value'; // its second page, or a later one
    add(kind, { file: 'store.mdb', from: 8 * at, bits: 8 * PAGE });
  }
  for (const name of readdirSync(join(directory, 'blobs'))) {
    const file = join('blobs', name);
    add('blob', { file, from: 0, bits: 8 * readFileSync(join(directory, file)).length });
  }
  return places;
};

/** The flips of a campaign: the same ones for the same seed. */
export const chooseFlips = (places, seed, count) => {
  let state = seed;
  const random = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const kinds = [...places.keys()];
  return Array.from({ length: count }, () => {
    const kind = kinds[random(kinds.length)];
    const all = places.get(kind);
    const { file, from, bits } = all[random(all.length)];
    return { kind, file, bit: from + random(bits) };
  });
};
