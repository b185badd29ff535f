// Opens a store, says so, and holds it until it is killed: node hold.mjs FOLDER
import { openLmdbBackend } from '@cooperage/store-lmdb';

await openLmdbBackend(process.argv[2]);
console.log('open');
setInterval(() => {}, 1_000);
