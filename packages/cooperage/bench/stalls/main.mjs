// For how long one record, or what one vat does, keeps the host's event loop.
//   npm run build && npm run stalls -w cooperage [-- CASE …]
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openKernel } from '../../dist/index.js';
import { RECORDS } from './records.mjs';
import { makeScriptedWorkers } from './scripted-workers.mjs';

const source = join(import.meta.dirname, 'plain-vat.js');
const PLAIN = {
  'plain-sends': ['sends', 60_000],
  'plain-objects': ['objects', 10, 9_000],
};

const measure = async (act) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  delay.enable();
  const began = performance.now();
  const outcome = await Promise.race([
    act().then(
      () => 'applied',
      (error) => String(error.message).slice(0, 60),
    ),
    new Promise((resolve) => setTimeout(() => resolve('not finished'), 120_000).unref()),
  ]);
  const ms = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 50));
  delay.disable();
  return { stall: delay.max / 1e6, ms, outcome, rss: process.memoryUsage.rss() / 1e6 };
};

const runCase = async (name) => {
  const directory = await mkdtemp(join(tmpdir(), 'cooperage-stalls-'));
  const plain = PLAIN[name];
  const kernel = await openKernel({
    directory,
    log: () => undefined,
    on: { console: () => undefined },
    ...(plain === undefined && { workers: makeScriptedWorkers({ villain: name }) }),
    config: {
      crankTimeLimit: 600_000,
      vats: { villain: { source }, other: { source } },
    },
  });
  await kernel.run();
  const result = await measure(async () => {
    const sent = plain
      ? kernel.send('villain', plain[0], [kernel.root('other'), ...plain.slice(1)])
      : kernel.send('villain', 'go', [kernel.root('other')]);
    const [settled] = await Promise.allSettled([sent]);
    await kernel.run();
    if (settled.status === 'rejected') throw settled.reason;
  });
  process.stdout.write(`${JSON.stringify({ name, ...result })}\n`);
  const closed = kernel.close();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 20_000))]);
  await rm(directory, { recursive: true, force: true });
  process.exit();
};

const [only, ...more] = process.argv.slice(2);
if (only === '--case') await runCase(more[0]);
else {
  const names =
    only === undefined ? [...Object.keys(RECORDS), ...Object.keys(PLAIN)] : [only, ...more];
  console.log('case                  longest stall   in all     memory   outcome');
  for (const name of names) {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), '--case', name],
      { encoding: 'utf8', timeout: 200_000 },
    );
    try {
      const { stall, ms, rss, outcome } = JSON.parse(stdout.trim().split('\n').at(-1));
      console.log(
        `${name.padEnd(22)}${stall.toFixed(0).padStart(10)} ms${ms.toFixed(0).padStart(10)} ms${rss.toFixed(0).padStart(7)} MB   ${outcome}`,
      );
    } catch {
      console.log(
        `${name.padEnd(22)} ${stderr.trim().split('\n').slice(0, 6).join(' | ').slice(0, 300) || 'did not finish'}`,
      );
    }
  }
}
