// For how long one record, or what one vat does, keeps the host's event loop.
//   npm run build && npm run stalls -w cooperage [-- [--runs 3] [--explain] CASE …]
// Of several runs the best one counts: what else the machine does makes a stall longer and never shorter. `--explain` shows what
// was on the stack in the longest one.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openKernel } from '../../dist/index.js';
import { watchStalls } from '../stalls.mjs';
import { startSampling } from './explain.mjs';
import { RECORDS } from './records.mjs';
import { makeScriptedWorkers } from './scripted-workers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '1' },
    explain: { type: 'boolean', default: false },
    case: { type: 'string' },
  },
});

const source = join(import.meta.dirname, 'plain-vat.js');
const PLAIN = {
  'plain-sends': ['sends', 60_000],
  'plain-objects': ['objects', 10, 9_000],
};

/** What the host does itself, with a vat of plain code. */
const HOST = {
  'host-promises': async (kernel) => {
    const settlers = [];
    const promises = Array.from(
      { length: 9_999 },
      () => new Promise((resolve) => settlers.push(resolve)),
    );
    await kernel.send('villain', 'take', [promises]);
    return () => {
      for (const settle of settlers) settle({ settled: [1, 2, 3] });
    };
  },
  fork: async (kernel) => {
    await kernel.send('villain', 'raise', [100_000]);
    return () => kernel.send('villain', 'fork');
  },
};

/** What is not done by then goes on: a chain of promises is told to the host one by one, each when the one before is durable. */
const MOST_MS = 60_000;

const measure = async (act) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const stalls = watchStalls();
  await setTimeout(50);
  delay.enable();
  stalls.begin();
  const sampling = values.explain ? startSampling() : undefined;
  const began = performance.now();
  const outcome = await Promise.race([
    act().then(
      () => 'applied',
      (error) => `refused: ${String(error.message).slice(0, 100)}`,
    ),
    setTimeout(MOST_MS, 'not finished', { ref: false }),
  ]);
  const ms = performance.now() - began;
  await setTimeout(50);
  delay.disable();
  stalls.stop();
  const { began: from, ended: to } = stalls.longestSpan();
  return {
    stall: Math.max(stalls.longest(), delay.max / 1e6),
    onProcessor: stalls.longestOnProcessor(),
    ms,
    outcome,
    rss: process.memoryUsage.rss() / 1e6,
    stack: await sampling?.explain(from, to),
  };
};

const runCase = async (name) => {
  const directory = await mkdtemp(join(tmpdir(), 'cooperage-stalls-'));
  const plain = PLAIN[name];
  const host = HOST[name];
  const kernel = await openKernel({
    directory,
    log: () => undefined,
    on: { console: () => undefined },
    ...(plain === undefined &&
      host === undefined && { workers: makeScriptedWorkers({ villain: name }) }),
    config: {
      crankTimeLimit: 600_000,
      bootstrap: 'villain',
      bundles: { plain: { source } },
      vats: { villain: { source }, other: { source } },
    },
  });
  await kernel.run();
  const act = await host?.(kernel);
  await kernel.run();
  const result = await measure(async () => {
    if (act !== undefined) {
      await act();
      await kernel.run();
      return;
    }
    const sent = plain
      ? kernel.send('villain', plain[0], [kernel.root('other'), ...plain.slice(1)])
      : kernel.send('villain', 'go', [kernel.root('other')]);
    const [settled] = await Promise.allSettled([sent]);
    await kernel.run();
    if (settled.status === 'rejected') throw settled.reason;
  });
  process.stdout.write(`${JSON.stringify({ name, ...result })}\n`);
  await Promise.race([kernel.close(), setTimeout(20_000, undefined, { ref: false })]);
  await rm(directory, { recursive: true, force: true });
  process.exit();
};

/** In a process of its own. */
const runOnce = (name) => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), '--case', name, ...(values.explain ? ['--explain'] : [])],
    { encoding: 'utf8', timeout: 2 * MOST_MS },
  );
  try {
    return JSON.parse(stdout.trim().split('\n').at(-1));
  } catch {
    const why = stderr.trim().split('\n').slice(0, 6).join(' | ').slice(0, 300);
    return {
      outcome: why || 'did not finish',
      stall: Infinity,
      onProcessor: Infinity,
      ms: 0,
      rss: 0,
    };
  }
};

const best = (runs) => runs.reduce((a, b) => (b.onProcessor < a.onProcessor ? b : a));

const show = (name, { stall, onProcessor, ms, rss, outcome, stack = [] }) => {
  const figures = [
    `${stall.toFixed(0)} ms`,
    `${onProcessor.toFixed(0)} ms`,
    `${ms.toFixed(0)} ms`,
    `${rss.toFixed(0)} MB`,
  ];
  console.log(
    `${name.padEnd(20)}${figures.map((each) => each.padStart(13)).join('')}   ${outcome}`,
  );
  for (const line of stack) console.log(line);
};

if (values.case !== undefined) await runCase(values.case);
else {
  const names =
    positionals.length > 0
      ? positionals
      : [...Object.keys(RECORDS), ...Object.keys(PLAIN), ...Object.keys(HOST)];
  console.log(
    'case                longest stall  on processor       in all       memory   outcome',
  );
  for (const name of names)
    show(name, best(Array.from({ length: Number(values.runs) }, () => runOnce(name))));
}
