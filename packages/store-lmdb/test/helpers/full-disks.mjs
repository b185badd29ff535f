// Makes and uses a store on disks of many sizes that are too small for it:
//   node full-disks.mjs FOLDER FIRST LAST STEP      (mounted at FOLDER, in kilobytes)
//   node full-disks.mjs FOLDER                      (as it is)
// Prints for each how far it came, and the codes of what failed. Ends by a signal, or with 1, where a failure does not
// arrive as an error.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openLmdbBackend } from '@cooperage/store-lmdb';

const [folder, first, last, step] = process.argv.slice(2);
const run = (...args) => {
  const { status, stderr } = spawnSync(args[0], args.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
};

const use = async (directory) => {
  const codes = [];
  const attempt = async (work) => {
    try {
      return await work();
    } catch (error) {
      codes.push(error.code ?? String(error));
      return undefined;
    }
  };
  for (let opens = 1; opens <= 2; opens += 1) {
    const backend = await attempt(() => openLmdbBackend(directory));
    if (backend === undefined) continue;
    for (let n = 0; n < 8; n += 1) {
      const writes = new Map([[`k${n}`, 'x'.repeat(8_000)]]);
      const group = { epoch: backend.epoch, sequence: backend.committed + 1, writes };
      await attempt(() => backend.commit(group));
    }
    await attempt(() => backend.blobs.put(new Uint8Array(50_000).fill(opens)));
    await attempt(() => backend.blobs.put(new Uint8Array(150_000).fill(opens)));
    await attempt(() => backend.close());
  }
  return codes;
};

const outcomes = [];
if (first === undefined) {
  outcomes.push(await use(join(folder, 'store')));
} else {
  for (let size = Number(first); size <= Number(last); size += Number(step)) {
    run('mount', '-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', folder);
    try {
      outcomes.push(await use(join(folder, 'store')));
    } finally {
      run('umount', folder);
    }
  }
}
process.stdout.write(JSON.stringify(outcomes));
