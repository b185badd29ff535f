/**
 * Deliveries per second through threads, singly and in batches, and how long vats take to start.
 *
 *     node packages/worker-thread/test/bench/deliveries.mjs [liveslots module]
 */
import { makeThreadWorkerHost } from '../../dist/index.js';

const [, , given] = process.argv;
const liveslots = given === undefined ? {} : { cooperage: import.meta.resolve(given) };
const bundle = JSON.stringify({
  moduleFormat: 'getExport',
  source: `function getExport() {
    let count = 0;
    return { buildRootObject: () => Far('root', { count: () => (count += 1) }) };
  }`,
});
const UNDEFINED = { body: '#"#undefined"', slots: [] };
const METHARGS = { body: '#["count",[]]', slots: [] };

let vats = 0;
/** A vat that is given its next deliveries when `window` of them are answered. */
const drive = (host, window) => {
  vats += 1;
  let n = 0;
  let answered = 0;
  let left = 0;
  let done;
  const next = () => {
    n += 1;
    const delivery =
      n === 1
        ? ['startVat', UNDEFINED]
        : ['message', 'o+0', { methargs: METHARGS, result: `p-${n}` }];
    return JSON.stringify({ n, acked: answered, delivery });
  };
  const feed = () => {
    const room = Math.min(left, window - (n - answered));
    if (room < window / 2 && room < left) return;
    left -= room;
    if (room > 0) worker.deliver(Array.from({ length: room }, next));
  };
  const worker = host.start(
    {
      vatID: `v${vats}`,
      name: `vat ${vats}`,
      bundleID: 'b1-0',
      loadBundle: () => bundle,
      vatstore: { get: () => undefined, getNextKey: () => undefined },
      ownThread: false,
      crankTimeLimit: 10_000,
      liveslots: 'cooperage',
    },
    {
      records: (texts) => {
        answered += texts.length;
        feed();
        if (left === 0 && answered === n) done();
      },
      exited: (exit) => console.error(exit),
      console: (level, text) => console.error(level, text),
    },
  );
  return (count) =>
    new Promise((resolve) => {
      done = resolve;
      left += count;
      feed();
    });
};

const measure = async (title, { threads, vats: vatCount, window, count }) => {
  const host = makeThreadWorkerHost({ threads, liveslots });
  const runs = Array.from({ length: vatCount }, () => drive(host, window));
  await Promise.all(runs.map((run) => run(1)));
  await Promise.all(runs.map((run) => run(Math.min(count, 5_000))));
  const begun = performance.now();
  const cpuBegun = process.cpuUsage();
  await Promise.all(runs.map((run) => run(count)));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBegun);
  const rate = Math.round((vatCount * count) / seconds);
  // Wall-clock figures mean little on a machine that does other things; processor time, host included, does.
  const cpu = ((user + system) / (vatCount * count)).toFixed(1);
  console.log(
    `${title.padEnd(44)} ${String(rate).padStart(8)} deliveries/s ${cpu.padStart(6)} µs of processor time each`,
  );
  await host.stop();
};

const measureStart = async (vatCount) => {
  const host = makeThreadWorkerHost({ threads: 1, liveslots });
  const begun = performance.now();
  await drive(host, 1)(1);
  const first = performance.now() - begun;
  await Promise.all(Array.from({ length: vatCount }, () => drive(host, 1)(1)));
  const each = (performance.now() - begun - first) / vatCount;
  console.log(
    `first vat of a thread started in ${first.toFixed(1)} ms, more vats in ${each.toFixed(2)} ms each`,
  );
  await host.stop();
};

await measureStart(50);
await measure('one vat, one at a time', { threads: 1, vats: 1, window: 1, count: 40_000 });
await measure('one vat, window 32', { threads: 1, vats: 1, window: 32, count: 80_000 });
await measure('8 vats in a thread, window 32', { threads: 1, vats: 8, window: 32, count: 10_000 });
await measure('2 threads, a vat each, one at a time', {
  threads: 2,
  vats: 2,
  window: 1,
  count: 40_000,
});
await measure('2 threads, a vat each, window 32', {
  threads: 2,
  vats: 2,
  window: 32,
  count: 80_000,
});
