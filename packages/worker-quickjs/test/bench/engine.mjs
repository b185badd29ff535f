/**
 * What heaps in this engine cost: `npm run bench -w @cooperage/worker-quickjs [-- section…]`, after a build. Sections:
 * `heaps`, `forks`, `images`, `crowd`, `kernel`; all of them without arguments. Prints a table; times are medians.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { makeQuickJSWorkerHost } from '../../dist/index.js';
import { bootBaseImage } from '../../dist/base-image.js';
import { builtBaseImage, builtProgram } from '../../dist/built-files.js';
import { makeQuickJSEngine } from '../../dist/engine/quickjs.js';
import { deltaOfImage, memoryOf, parseImage } from '../../dist/heap-image.js';
import { framework, open, originOf } from './vat.mjs';

const MEGABYTE = 2 ** 20;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const timed = async (times, act) => {
  const spent = [];
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    await act(i);
    spent.push(performance.now() - start);
  }
  return median(spent);
};
const say = (line) => process.stdout.write(`${line}\n`);
const milliseconds = (value) => `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
const kilobytes = (bytes) => `${(bytes / 1_000).toFixed(1)} KB`;
const report = (what, value, wanted = '') => say(`| ${what} | ${value} | ${wanted} |`);

/** Of the engine alone, without threads. */
const heaps = async () => {
  const engine = makeQuickJSEngine();
  report(
    'boot of engine, lockdown, supervisor and liveslots',
    milliseconds(await timed(5, () => bootBaseImage(engine, [builtProgram()]))),
  );
  const base = parseImage(builtBaseImage(), engine.id);
  report('base image, on disk', kilobytes(builtBaseImage().length));
  const memory = memoryOf(base.header.size, deltaOfImage(base));
  const nobody = { host: () => undefined, poll: () => undefined };
  const fresh = (build) =>
    engine.restore(
      base.header,
      (blank) => blank.set(memory),
      nobody,
      { memoryLimit: 512 * MEGABYTE },
      build,
    );
  for (const build of ['plain', 'guarded', 'metered']) {
    fresh(build);
    const spent = await timed(20, () => fresh(build));
    report(`a new instance with the base heap, ${build}`, milliseconds(spent));
  }
};

const forks = async () => {
  const host = makeQuickJSWorkerHost({ threads: 1 });
  const warm = open(host);
  await warm.start();
  for (let i = 0; i < 200; i += 1) await warm.call('count');
  const vat = open(host, { bundle: framework });
  await vat.start();
  const zygote = originOf(host, await vat.image());
  const life = (options, begin) => async () => {
    const one = open(host, options);
    if (begin) await one.start();
    await one.call('count');
    await one.stop();
  };
  const cold = await timed(10, life({ bundle: framework }, true));
  report('a vat with 250 KB of source, cold, to its first answer', milliseconds(cold));
  const fork = await timed(50, life({ bundle: framework, origin: zygote }, false));
  report('its fork, to its first answer', milliseconds(fork), '5 ms');
  report('how much sooner that is', `${(cold / fork).toFixed(1)} ×`, '10 ×');
  report('a vat with no source to speak of, cold', milliseconds(await timed(50, life({}, true))));
  const call = await timed(1_000, () => warm.call('count'));
  report('a small delivery, round trip', milliseconds(call));

  const crowd = makeQuickJSWorkerHost({ threads: 1, machineSlots: 1 });
  const two = [open(crowd), open(crowd)];
  for (const each of two) await each.start();
  const swapped = await timed(200, (i) => two[i % 2].call('count'));
  report('the same to a vat at rest, while another one has its machine', milliseconds(swapped));
  await crowd.stop();
  await host.stop();
};

const images = async () => {
  const host = makeQuickJSWorkerHost({ threads: 1 });
  const vat = open(host);
  await vat.start();
  await vat.call('count');
  report('image after 1 delivery', kilobytes((await vat.image()).bytes.length), '150 KB');
  for (let i = 1; i < 1_000; i += 1) await vat.call('count');
  report('image after 1,000 deliveries', kilobytes((await vat.image()).bytes.length), '150 KB');
  await vat.stop();
  const sizes = [
    ['a small heap', 'bytes', 0],
    ['2.6 MB more, as much as SES and liveslots', 'objects', 13_000],
    ['50 MB of bytes', 'bytes', 50],
    ['50 MB of objects', 'objects', 220_000],
  ];
  for (const [what, method, amount] of sizes) {
    const each = open(host);
    await each.start();
    await each.call(method, amount);
    let image = await each.image();
    const taken = await timed(3, async () => {
      image = await each.image();
    });
    await each.stop();
    report(`snapshot: ${what}`, `${milliseconds(taken)}, ${kilobytes(image.bytes.length)}`);
    // An image that the host does not know: each time it is read, checked and unpacked.
    const restored = [];
    for (let i = 0; i < 3; i += 1) {
      const other = makeQuickJSWorkerHost({ threads: 1 });
      await open(other).start();
      const start = performance.now();
      await open(other, { origin: originOf(host, image) }).call('count');
      restored.push(performance.now() - start);
      await other.stop();
    }
    report(`restore: ${what}, to the next answer`, milliseconds(median(restored)));
  }
  await host.stop();
};

const crowd = async () => {
  for (const count of [1_000, 3_000]) {
    const host = makeQuickJSWorkerHost();
    const vat = open(host);
    await vat.start();
    const zygote = originOf(host, await vat.image());
    await open(host, { origin: zygote }).call('count');
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    const start = performance.now();
    const vats = Array.from({ length: count }, () => open(host, { origin: zygote }));
    await Promise.all(vats.map((each) => each.call('count')));
    const first = (performance.now() - start) / count;
    const again = performance.now();
    await Promise.all(vats.map((each) => each.call('count')));
    const second = (performance.now() - again) / count;
    const grown = (process.memoryUsage.rss() - before) / MEGABYTE / count;
    report(`${count} forks at once, each with its first answer`, milliseconds(first));
    report(`${count} vats, one more answer of each`, milliseconds(second));
    report(`${count} vats, memory of each`, `${grown.toFixed(2)} MB`, '2.5 MB');
    await host.stop();
  }
};

const kernel = () => {
  const program = new URL('../../../cooperage/bench/restart-quickjs.mjs', import.meta.url);
  for (const [own, what] of [
    ['shared', 'from the image of their zygote'],
    ['own', 'from an image of each'],
  ]) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [fileURLToPath(program), '1000', own],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw Error(stderr);
    const { each, first, all, cpu, second, memory } = JSON.parse(stdout);
    if (own === 'shared')
      report('fork in a kernel on LMDB, to its first answer', milliseconds(each));
    report(`restart of it with 1,000 vats, ${what}: first answer`, milliseconds(first));
    report(`restart of it with 1,000 vats, ${what}: all answers`, milliseconds(all));
    report('processor time of all threads until then', milliseconds(cpu));
    report('then one more answer of each of the 1,000', milliseconds(second));
    report('what the process grew by, the kernel included', `${Math.round(memory)} MB`);
  }
};

const sections = { heaps, forks, images, crowd, kernel };
const asked = process.argv.slice(2);
for (const name of asked) {
  if (sections[name] === undefined) {
    process.stderr.write(`there is no section ${name}; there are ${Object.keys(sections)}\n`);
    process.exit(1);
  }
}
const [{ model }] = cpus();
say(`Node ${process.version}, ${availableParallelism()} cores (${model}), load ${loadavg()[0]}\n`);
say('| what | measured | wanted |\n|---|---:|---:|');
for (const name of asked.length > 0 ? asked : Object.keys(sections)) await sections[name]();
