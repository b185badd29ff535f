/**
 * How long the vats of one bundle take to load in one thread, and what each keeps of the heap: with the script compiled
 * once for all of them, and evaluated by SES for each.
 *
 *     npx cooperage bundle vat.js -o vat.json
 *     node --expose-gc packages/worker-thread/test/bench/vat-loading.mjs vat.json [vats] [--each]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lockdownForVats } from '@cooperage/supervisor/lockdown';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { each: { type: 'boolean', default: false } },
});
const [file, count = '20'] = positionals;
const text = readFileSync(file, 'utf8');

lockdownForVats();
const { compileScript, makeBuildVatNamespace, makeBundleReader, makeGcTools, makeSupervisor } =
  await import('@cooperage/supervisor');
const { makeLiveSlots } = await import('@cooperage/liveslots');
const { compileBody } = await import('@cooperage/worker-kit/inside');

const readBundle = makeBundleReader(values.each ? undefined : compileScript(compileBody));
const silence = () => undefined;
const console_ = { debug: silence, log: silence, info: silence, warn: silence, error: silence };
const START = ['startVat', { body: '#"#undefined"', slots: [] }];

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const heapUsed = () => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const load = async (n) => {
  const before = processorTime();
  let record;
  const supervisor = makeSupervisor({
    vatID: `v${n}`,
    makeLiveSlots,
    vatstore: { get: silence, getNextKey: silence },
    buildVatNamespace: makeBuildVatNamespace({
      name: `v${n}`,
      loadBundle: () => text,
      readBundle,
      console: console_,
    }),
    gcTools: makeGcTools({
      afterMicrotasks: process.nextTick,
      nextTask: setImmediate,
      collect: silence,
    }),
    console: console_,
    emit: (line) => {
      record = JSON.parse(line);
    },
  });
  await supervisor.deliver(JSON.stringify({ n: 1, acked: 0, delivery: START }));
  if (record.status[0] !== 'ok') throw Error(`the vat does not start: ${record.status[1]}`);
  return { supervisor, milliseconds: processorTime() - before };
};

const first = await load(0);
const heap = heapUsed();
const later = [];
for (let n = 1; n < Number(count); n += 1) later.push(await load(n));
const times = later.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
const median = times[Math.floor(times.length / 2)];
const kept = (heapUsed() - heap) / later.length / 1_000;
console.log(
  `first ${first.milliseconds.toFixed(1)} ms, later ${median.toFixed(1)} ms (least ${times[0].toFixed(1)}) of processor ` +
    `time; ${kept.toFixed(0)} kB of heap for each later vat`,
);
