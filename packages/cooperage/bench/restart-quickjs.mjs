/**
 * Restart of a kernel with many quickjs vats, on LMDB: `node restart-quickjs.mjs [vats] [shared | own]`, after a build.
 * `shared`: each vat comes from its zygote's image and what it did since; `own`: each has an image of its own. Prints
 * one line of JSON: milliseconds for a fork with its first answer (`each`), from the start until the kernel is `opened`,
 * the `first` vat has answered, `all` have; for all to answer a `second` time; processor time of all threads until
 * `all` had answered; MB of `memory` that the process grew by.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openKernel } from '../dist/index.js';

const source = (file) => ({ source: fileURLToPath(new URL(file, import.meta.url)) });
const open = (directory) =>
  openKernel({
    directory,
    config: {
      bootstrap: 'driver',
      vats: { driver: { ...source('crowd-driver.js'), engine: 'v8' } },
      bundles: { member: source('crowd-member.js') },
      engine: 'quickjs',
    },
  });

const phases = {
  populate: async (directory, vats, images) => {
    const kernel = await open(directory);
    const start = performance.now();
    await kernel.send('driver', 'populate', [vats]);
    const each = (performance.now() - start) / vats;
    if (images === 'own') {
      await kernel.send('driver', 'takeOffline');
      await kernel.run();
      while (kernel.stats().online > 1) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await kernel.close();
    return { each };
  },
  restart: async (directory) => {
    const start = performance.now();
    const since = () => performance.now() - start;
    const before = process.memoryUsage.rss();
    const kernel = await open(directory);
    const opened = since();
    await kernel.send('driver', 'askFirst');
    const first = since();
    await kernel.send('driver', 'askAll');
    const all = since();
    const { user, system } = process.cpuUsage();
    const cpu = (user + system) / 1_000;
    const again = performance.now();
    await kernel.send('driver', 'askAll');
    const second = performance.now() - again;
    const memory = (process.memoryUsage.rss() - before) / 2 ** 20;
    await kernel.close();
    return { opened, first, all, cpu, second, memory };
  },
};

const [, , first = '1000', images = 'shared', phase, directory] = process.argv;
const vats = Number(first);
if (phase !== undefined) {
  process.stdout.write(JSON.stringify(await phases[phase](directory, vats, images)));
} else {
  const place = mkdtempSync(join(tmpdir(), 'cooperage-restart-'));
  const run = (name) => {
    const args = [
      fileURLToPath(import.meta.url),
      String(vats),
      images,
      name,
      join(place, 'kernel'),
    ];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw Error(`${name} failed: ${stderr}`);
    return JSON.parse(stdout);
  };
  try {
    const populated = run('populate');
    process.stdout.write(`${JSON.stringify({ vats, images, ...populated, ...run('restart') })}\n`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
