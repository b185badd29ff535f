/**
 * What heaps in this engine cost: `npm run bench -w @cooperage/worker-quickjs [-- vats…]`, after a build.
 * Times are medians in milliseconds; sizes are bytes unless they say MB.
 */
import { createHash } from 'node:crypto';
import { makeQuickJSWorkerHost } from '../../dist/index.js';
import { bootBaseImage } from '../../dist/base-image.js';
import { builtBaseImage, builtProgram } from '../../dist/built-files.js';
import { makeQuickJSEngine } from '../../dist/engine/quickjs.js';
import { deltaOfImage, memoryOf, parseImage } from '../../dist/heap-image.js';

const MEGABYTE = 2 ** 20;
const counts = process.argv.slice(2).map(Number);

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const timed = (times, act) => {
  const spent = [];
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    act(i);
    spent.push(performance.now() - start);
  }
  return median(spent).toFixed(2);
};
const report = (what, value) => process.stdout.write(`${what.padEnd(56)} ${value}\n`);

const bundle = JSON.stringify({
  moduleFormat: 'getExport',
  source: `function getExport() {
    let count = 0;
    const kept = [];
    return { buildRootObject: () => Far('root', {
      count: () => (count += 1),
      grow: (megabytes) => { for (let i = 0; i < megabytes; i += 1) kept.push(new Uint8Array(1048576).fill(i + 1)); },
    }) };
  }`,
});
const hashOf = (bytes) => createHash('sha512').update(bytes).digest('hex');

const open = (host, origin) => {
  let newest = origin?.n ?? 0;
  const waiting = new Map();
  let imaged = () => undefined;
  const worker = host.start(
    {
      vatID: 'v1',
      name: 'measured',
      bundleID: `b1-${hashOf(Buffer.from(bundle))}`,
      loadBundle: () => bundle,
      vatstore: { get: () => undefined, getNextKey: () => undefined },
      ownThread: false,
      crankTimeLimit: 60_000,
      liveslots: 'cooperage',
      ...(origin === undefined ? {} : { origin }),
    },
    {
      records: (texts) => {
        for (const text of texts) waiting.get(JSON.parse(text).n)?.();
      },
      replayed: () => undefined,
      diverged: () => undefined,
      exited: (exit) => {
        throw Error(JSON.stringify(exit));
      },
      console: () => undefined,
      image: (image) => imaged(image),
    },
  );
  const deliver = (delivery) => {
    newest += 1;
    const n = newest;
    worker.deliver([JSON.stringify({ n, acked: n - 1, delivery })]);
    return new Promise((resolve) => waiting.set(n, resolve));
  };
  return {
    start: () => deliver(['startVat', { body: '#"#undefined"', slots: [] }]),
    call: (method, ...args) =>
      deliver([
        'message',
        'o+0',
        {
          methargs: { body: `#${JSON.stringify([method, args])}`, slots: [] },
          result: `p-${newest + 100}`,
        },
      ]),
    image: () =>
      new Promise((resolve) => {
        imaged = resolve;
        worker.snapshot();
      }),
    stop: () => worker.stop(),
  };
};

const engine = makeQuickJSEngine();
report(
  'boot: lockdown, supervisor, liveslots',
  timed(5, () => bootBaseImage(engine, [builtProgram()])),
);
const baseHeader = parseImage(builtBaseImage(), engine.id);
report('base image, on disk', builtBaseImage().length);
const memory = memoryOf(baseHeader.header.size, deltaOfImage(baseHeader));
report('base image, in memory', memory.length);
const state = baseHeader.header;
const nobody = { host: () => undefined, poll: () => undefined };
const fresh = (build) =>
  engine.restore(
    state,
    (blank) => blank.set(memory),
    nobody,
    { memoryLimit: 512 * MEGABYTE },
    build,
  );
fresh('metered');
report(
  'instance of the base image',
  timed(50, () => fresh('guarded')),
);
report(
  'instance of the base image, metered',
  timed(50, () => fresh('metered')),
);

const host = makeQuickJSWorkerHost({ threads: 1 });
const vat = open(host);
await vat.start();
await vat.call('count');
const first = await vat.image();
report('image after 1 delivery', first.bytes.length);
const spent = [];
for (let i = 0; i < 1_000; i += 1) {
  const start = performance.now();
  await vat.call('count');
  spent.push(performance.now() - start);
}
report('delivery, round trip', median(spent).toFixed(2));
report('image after 1,000 deliveries', (await vat.image()).bytes.length);

const originOf = ({ n, bytes }) => {
  const hash = hashOf(bytes);
  return { n, hash, load: (wanted) => (wanted === hash ? bytes : host.baseImage(wanted)) };
};
const zygote = originOf(first);
const forks = [];
for (let i = 0; i < 50; i += 1) {
  const start = performance.now();
  const fork = open(host, zygote);
  await fork.call('count');
  forks.push(performance.now() - start);
  await fork.stop();
}
report('fork, to the answer of its first delivery', median(forks).toFixed(2));

for (const megabytes of [0, 10, 50]) {
  const each = open(host);
  await each.start();
  await each.call('grow', megabytes);
  let start = performance.now();
  const image = await each.image();
  report(`snapshot of a heap with ${megabytes} MB in it`, (performance.now() - start).toFixed(1));
  await each.stop();
  start = performance.now();
  const again = open(host, originOf(image));
  await again.call('count');
  report(
    `restore of it, to the answer of its first delivery`,
    (performance.now() - start).toFixed(1),
  );
  await again.stop();
}
await vat.stop();

for (const count of counts.length > 0 ? counts : [1_000, 3_000]) {
  const crowd = makeQuickJSWorkerHost();
  await open(crowd, zygote).call('count');
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const vats = Array.from({ length: count }, () => open(crowd, zygote));
  await Promise.all(vats.map((each) => each.call('count')));
  const took = performance.now() - start;
  report(`${count} vats, each forked and answering, each`, (took / count).toFixed(2));
  const grown = (process.memoryUsage.rss() - before) / MEGABYTE / count;
  report(`${count} vats, memory for each (MB)`, grown.toFixed(2));
  await crowd.stop();
}
await host.stop();
