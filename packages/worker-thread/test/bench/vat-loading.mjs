/**
 * Vats of one bundle, one after the other in one thread: `node --expose-gc vat-loading.mjs BUNDLE VATS [--each]`. Prints, as JSON,
 * milliseconds on the processor for each, and the heap that each later one keeps. With `--each` SES evaluates the script
 * for each of them.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lockdownForVats } from '@cooperage/supervisor/lockdown';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { each: { type: 'boolean', default: false } },
});
const [file, count] = positionals;
const text = readFileSync(file, 'utf8');

lockdownForVats();
const { compileScript, makeBuildVatNamespace, makeBundleReader, makeGcTools, makeSupervisor } =
  await import('@cooperage/supervisor');
const { makeLiveSlots } = await import('@cooperage/liveslots');
const { compilePowers } = await import('@cooperage/worker-kit/inside');

const readBundle = makeBundleReader(values.each ? undefined : compileScript(compilePowers));
const silence = () => undefined;
const console_ = { debug: silence, log: silence, info: silence, warn: silence, error: silence };
const START = ['startVat', { body: '#"#undefined"', slots: [] }];

/** What the code itself took: not the compilers and collectors of the engine beside it, where the system tells. */
const processorTime = () => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }
};
const heapUsed = () => {
  globalThis.gc();
  globalThis.gc();
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
const kept = (heapUsed() - heap) / later.length;
const milliseconds = [first, ...later].map((each) => each.milliseconds);
process.stdout.write(JSON.stringify({ milliseconds, kept }));
