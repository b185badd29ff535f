import 'ses';
import '@endo/eventual-send/shim.js';
globalThis.lockdown({ errorTaming: 'unsafe', overrideTaming: 'severe', consoleTaming: 'unsafe' });
const { Far } = await import('@endo/pass-style');
const { E } = await import('@endo/eventual-send');
const ours = await import('@cooperage/liveslots');
const theirs = await import('@agoric/swingset-liveslots');

const meterControl = {
  isMeteringDisabled: () => true,
  assertIsMetered() {},
  assertNotMetered() {},
  runWithoutMetering: (f) => f(),
  runWithoutMeteringAsync: async (f) => f(),
  unmetered: (f) => f,
};
const gcTools = {
  WeakRef,
  FinalizationRegistry,
  waitUntilQuiescent: () => new Promise((r) => setImmediate(r)),
  gcAndFinalize: async () => {},
  meterControl,
};
const nop = () => {};
const cons = { log: nop, warn: nop, error: nop, info: nop, debug: nop };

export const make = async (makeLiveSlots, build) => {
  const rows = new Map();
  const log = [];
  const syscall = {
    send: (...a) => {
      log.push(['send', ...a]);
    },
    subscribe: (...a) => {
      log.push(['subscribe', ...a]);
    },
    resolve: (...a) => {
      log.push(['resolve', ...a]);
    },
    exit: nop,
    callNow: nop,
    vatstoreGet: (k) => rows.get(k),
    vatstoreSet: (k, v) => {
      rows.set(k, v);
    },
    vatstoreDelete: (k) => {
      rows.delete(k);
    },
    vatstoreGetNextKey: (k) => [...rows.keys()].sort().find((x) => x > k),
    dropImports: nop,
    retireImports: nop,
    retireExports: nop,
    abandonExports: nop,
  };
  const { dispatch } = makeLiveSlots(syscall, 'v1', {}, {}, gcTools, cons, async () => ({
    buildRootObject: build,
  }));
  await dispatch(['startVat', { body: '#"#undefined"', slots: [] }]);
  return { dispatch, log };
};
const kept = new Map();
const build = () =>
  Far('root', {
    ping: (a) => a,
    obj: (o) => harden({ x: o.a, y: [1, 2, 3] }),
    keep: (x) => {
      kept.set('last', x);
    },
    send: (x, n) => {
      void E(x).foo(n, 'hi');
    },
  });
const scenarios = {
  'call(1,"two") -> number': (i) => [
    'message',
    'o+0',
    { methargs: { body: '#["ping",[1,"two"]]', slots: [] }, result: `p-${i}` },
  ],
  'call({record}) -> record': (i) => [
    'message',
    'o+0',
    { methargs: { body: '#["obj",[{"a":"x","b":[1,2]}]]', slots: [] }, result: `p-${i}` },
  ],
  'call(presence)': (i) => [
    'message',
    'o+0',
    { methargs: { body: '#["keep",["$0.Alleged: bob"]]', slots: ['o-5'] }, result: `p-${i}` },
  ],
  'call(new presence)': (i) => [
    'message',
    'o+0',
    { methargs: { body: '#["keep",["$0.Alleged: bob"]]', slots: [`o-${i}`] }, result: `p-${i}` },
  ],
  send: (i) => [
    'message',
    'o+0',
    { methargs: { body: '#["send",["$0.Alleged: bob",5]]', slots: ['o-5'] }, result: `p-${i}` },
  ],
};
const N = Number(process.argv[2] ?? 20000);
const run = async (vat, make, from, n) => {
  const t = process.hrtime.bigint();
  for (let i = 0; i < n; i += 1) {
    await vat.dispatch(make(from + i));
    vat.log.length = 0;
  }
  return Number(process.hrtime.bigint() - t) / 1000 / n;
};
if (process.argv[3]) {
  const vat = await make(ours.makeLiveSlots, build);
  const s = Object.values(scenarios)[Number(process.argv[3])];
  console.log(await run(vat, s, 10, N));
  process.exit();
}
{
  const t = process.hrtime.bigint();
  for (let i = 0; i < N; i += 1) await gcTools.waitUntilQuiescent();
  console.log('waiting alone', (Number(process.hrtime.bigint() - t) / 1000 / N).toFixed(2), 'µs');
}
for (const [name, mk] of Object.entries(scenarios)) {
  const a = await make(ours.makeLiveSlots, build),
    b = await make(theirs.makeLiveSlots, build);
  let id = 10;
  const best = [Infinity, Infinity];
  for (let r = 0; r < 5; r += 1) {
    best[0] = Math.min(best[0], await run(a, mk, id, N / 5));
    best[1] = Math.min(best[1], await run(b, mk, id, N / 5));
    id += N / 5;
  }
  console.log(
    name.padEnd(28),
    'ours',
    best[0].toFixed(1),
    'µs, published',
    best[1].toFixed(1),
    'µs, ratio',
    (best[1] / best[0]).toFixed(2),
  );
}
