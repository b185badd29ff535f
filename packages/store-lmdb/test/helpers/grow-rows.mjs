/** Writes the number of each group into all of a hundred rows, until it is killed. */
import { openLmdbBackend } from '../../dist/index.js';

const backend = await openLmdbBackend(process.argv[2]);
for (let said = false; ; said = true) {
  const sequence = backend.committed + 1;
  const writes = new Map(Array.from({ length: 100 }, (_, i) => [`row${i}`, String(sequence)]));
  await backend.commit({ epoch: backend.epoch, sequence, writes });
  if (!said) process.stdout.write('begun\n');
}
