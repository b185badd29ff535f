// Says that it is ready, tries to open a store as soon as a file appears, says how it went, and holds what it
// has until it is killed: node race.mjs FOLDER FILE
import { existsSync } from 'node:fs';
import { openLmdbBackend } from '@cooperage/store-lmdb';

const [folder, file] = process.argv.slice(2);
console.log('ready');
const wait = setInterval(async () => {
  if (!existsSync(file)) return;
  clearInterval(wait);
  try {
    await openLmdbBackend(folder);
    console.log('outcome: open');
  } catch (error) {
    console.log(`outcome: ${error.code}`);
  }
  setInterval(() => {}, 1_000);
}, 1);
