/**
 * What forks cost by their index, from the first one of a fresh kernel on LMDB on: `node first-forks.mjs`, after a build. Prints for each
 * group of forks, one after the other, milliseconds and processor time of each until its first answer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openKernel } from '../dist/index.js';

const source = (file) => ({ source: fileURLToPath(new URL(file, import.meta.url)) });
const place = mkdtempSync(join(tmpdir(), 'cooperage-forks-'));
const say = (...columns) => process.stdout.write(`${columns.join('\t')}\n`);

try {
  const kernel = await openKernel({
    directory: join(place, 'kernel'),
    config: {
      bootstrap: 'driver',
      vats: { driver: { ...source('crowd-driver.js'), engine: 'v8' } },
      bundles: { member: source('crowd-member.js') },
      engine: 'quickjs',
    },
  });
  await kernel.send('driver', 'prepare');
  say('forks', 'ms each', 'CPU ms each');
  let first = 1;
  for (const count of [1, 4, 15, 20, 60, 100, 200]) {
    const before = process.cpuUsage();
    const start = performance.now();
    await kernel.send('driver', 'fork', [count]);
    const each = (performance.now() - start) / count;
    const { user, system } = process.cpuUsage(before);
    say(
      `${first} to ${first + count - 1}`,
      each.toFixed(1),
      ((user + system) / 1_000 / count).toFixed(1),
    );
    first += count;
  }
  await kernel.close();
} finally {
  rmSync(place, { recursive: true, force: true });
}
