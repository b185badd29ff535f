/**
 * This package beside the published one, in one process: µs, and how many times faster.
 *
 * node --expose-gc test/bench/compare.mjs [rounds]
 */
import 'ses';
import '@endo/eventual-send/shim.js';

globalThis.lockdown({ errorTaming: 'unsafe', overrideTaming: 'severe', consoleTaming: 'unsafe' });
const { Far } = await import('@endo/pass-style');
const { E } = await import('@endo/eventual-send');
const { default: harden } = await import('@endo/harden');
const { makeLiveSlots: ours } = await import('@cooperage/liveslots');
const { makeLiveSlots: published } = await import('@agoric/swingset-liveslots');

const rounds = Number(process.argv[2] ?? 5);
const tick = () => new Promise((resolve) => setImmediate(resolve));
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
  waitUntilQuiescent: tick,
  gcAndFinalize: async () => {
    await tick();
    globalThis.gc?.();
    await tick();
    await tick();
  },
  meterControl,
};
const nothing = () => {};
const silent = { log: nothing, warn: nothing, error: nothing, info: nothing, debug: nothing };

/** A vatstore whose next key costs what it costs in a tree. */
const makeRows = () => {
  const rows = new Map();
  let sorted;
  return {
    vatstoreGet: (key) => rows.get(key),
    vatstoreSet(key, value) {
      if (!rows.has(key)) sorted = undefined;
      rows.set(key, value);
    },
    vatstoreDelete(key) {
      if (rows.delete(key)) sorted = undefined;
    },
    vatstoreGetNextKey(prior) {
      sorted ??= [...rows.keys()].sort();
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] > prior) high = middle;
        else low = middle + 1;
      }
      return sorted[low];
    },
  };
};

const start = async (makeLiveSlots, buildRootObject) => {
  const syscall = {
    ...makeRows(),
    send: nothing,
    subscribe: nothing,
    resolve: nothing,
    exit: nothing,
    callNow: nothing,
    dropImports: nothing,
    retireImports: nothing,
    retireExports: nothing,
    abandonExports: nothing,
  };
  const namespace = async () => ({ buildRootObject });
  const { dispatch } = makeLiveSlots(syscall, 'v1', {}, {}, gcTools, silent, namespace);
  await dispatch(['startVat', { body: '#"#undefined"', slots: [] }]);
  return dispatch;
};

const kept = [];
const build = ({ VatData }, _parameters, baggage) => {
  const handle = VatData.makeKindHandle('counter');
  baggage.init('handle', handle);
  const makeCounter = VatData.defineDurableKind(handle, (n) => ({ n, name: 'x' }), {
    add: ({ state }, n) => {
      state.n += n;
    },
  });
  const counters = Array.from({ length: 100 }, (_, i) => makeCounter(i));
  const map = VatData.makeScalarBigMapStore('map', { durable: true });
  for (let i = 0; i < 10_000; i += 1) map.init(`key${i}`, i);
  return Far('root', {
    ping: (a) => a,
    record: (o) => harden({ x: o.a, y: [1, 2, 3] }),
    keep: (x) => {
      kept[0] = x;
    },
    send(x, n) {
      void E(x).foo(n, 'hi');
    },
    update() {
      for (let i = 0; i < 1000; i += 1) counters[i % 100].add(1);
    },
    walk() {
      let sum = 0;
      for (const [, value] of map.entries()) sum += value;
      return sum;
    },
    ignore() {},
  });
};

const message = (body, slots = []) => [
  'message',
  'o+0',
  { methargs: { body, slots }, result: null },
];
let number = 10;
const withResult = (delivery) => {
  number += 1;
  return [delivery[0], delivery[1], { ...delivery[2], result: `p-${number}` }];
};
const bob = '"$0.Alleged: bob"';
const repeat = (n) => async (dispatch, make) => {
  for (let i = 0; i < n; i += 1) await dispatch(make());
};

const scenarios = [
  [
    'message with small arguments',
    3000,
    repeat(3000),
    () => withResult(message('#["ping",[1,"two"]]')),
  ],
  [
    'message with a record',
    2000,
    repeat(2000),
    () => withResult(message('#["record",[{"a":"x","b":[1,2]}]]')),
  ],
  [
    'message with a known presence',
    2000,
    repeat(2000),
    () => withResult(message(`#["keep",[${bob}]]`, ['o-5'])),
  ],
  [
    'message with a new presence',
    1000,
    repeat(1000),
    () => withResult(message(`#["keep",[${bob}]]`, [`o-${(number += 1)}`])),
  ],
  [
    'message that sends one',
    1000,
    repeat(1000),
    () => withResult(message(`#["send",[${bob},5]]`, ['o-5'])),
  ],
  ['1,000 updates of durable state in a crank', 3, repeat(3), () => message('#["update",[]]')],
  ['10,000 entries of a map in a crank', 1, repeat(1), () => message('#["walk",[]]')],
  [
    'bringOutYourDead with 10,000 dead imports',
    1,
    async (dispatch, make) => dispatch(make()),
    () => ['bringOutYourDead'],
    async (dispatch) => {
      for (let i = 0; i < 100; i += 1) {
        const slots = Array.from({ length: 100 }, () => `o-${(number += 1)}`);
        await dispatch(
          message(`#["ignore",[${slots.map((_, j) => `"$${j}.Alleged: b"`)}]]`, slots),
        );
      }
    },
  ],
];

const waiting = process.hrtime.bigint();
for (let i = 0; i < 10_000; i += 1) await tick();
const alone = Number(process.hrtime.bigint() - waiting) / 1e7;
console.log(`${'waiting for quiescence alone'.padEnd(44)} ${alone.toFixed(1).padStart(9)} µs`);
console.log(`${''.padEnd(44)} ${'ours'.padStart(9)}    ${'published'.padStart(9)}       faster`);
for (const [name, count, run, make, prepare = nothing] of scenarios) {
  const vats = [await start(ours, build), await start(published, build)];
  const best = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    for (const [side, dispatch] of vats.entries()) {
      await prepare(dispatch);
      const begin = process.hrtime.bigint();
      await run(dispatch, make);
      best[side] = Math.min(best[side], Number(process.hrtime.bigint() - begin) / 1000 / count);
    }
  }
  const [a, b] = best;
  console.log(
    `${name.padEnd(44)} ${a.toFixed(1).padStart(9)} µs ${b.toFixed(1).padStart(9)} µs ${(b / a).toFixed(2).padStart(8)} ×`,
  );
}
