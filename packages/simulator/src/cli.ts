#!/usr/bin/env node
/** `simulate`: runs worlds until one fails, the seeds are used up, or the time is over. */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.js';
import { DEFAULT_OPTIONS, type WorldOptions } from './world-options.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
    order: { type: 'string' },
    window: { type: 'string' },
    vats: { type: 'string' },
    inputs: { type: 'string' },
    trace: { type: 'boolean' },
  },
});

const optionsFor = (seed: number): WorldOptions => ({
  ...DEFAULT_OPTIONS,
  seed: String(seed),
  schedule: String(seed),
  order: (values.order ?? (seed % 2 ? 'arrival' : 'issue')) as never,
  window: Number(values.window ?? 1 + (seed % 8)),
  vats: Number(values.vats ?? 2 + (seed % 3)),
  inputs: Number(values.inputs ?? 4 + (seed % 12)),
  checkEvery: 1 + (seed % 4) * 3,
});
const end = Date.now() + Number(values.seconds) * 1000;
const total: Record<string, number> = {};
const kinds = new Map<string, string[]>();
const first = Number(values.seed ?? 1);
const count =
  values.seed === undefined || process.argv.includes('--seeds') ? Number(values.seeds) : 1;
let failed = 0;
let seed = first;
for (; seed < first + count && Date.now() < end; seed += 1) {
  const options = optionsFor(seed);
  process.stderr.write(`\r${seed} `);
  try {
    const run = await simulate({
      options,
      ...(values.trace ? { trace: (line: string) => console.log(line) } : {}),
    });
    for (const [key, value] of Object.entries(run.counts))
      total[key] = (total[key] ?? 0) + (value as number);
  } catch (error) {
    failed += 1;
    const message = (error as Error).message;
    const kind = message.replace(/[0-9]+/g, 'N').slice(0, 150);
    kinds.set(kind, [...(kinds.get(kind) ?? []), `${seed}`]);
    if (values.seed !== undefined) console.log(message);
  }
}
for (const [kind, seeds] of [...kinds].sort((a, b) => b[1].length - a[1].length))
  console.log(seeds.length, kind, 'seeds', seeds.slice(0, 6).join(' '));
console.log({ worlds: seed - first, failed, ...total });
