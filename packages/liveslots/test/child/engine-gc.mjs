/** A vat under real lockdown with the engine's own collector. Writes what happened as JSON. Needs --expose-gc. */
import 'ses';
import '@endo/eventual-send/shim.js';

globalThis.lockdown();
const { Far } = await import('@endo/pass-style');
const { makeLiveSlots } = await import('@cooperage/liveslots');

const tick = () => new Promise((resolve) => setImmediate(resolve));
const log = [];
const rows = new Map();
const note =
  (tag) =>
  (...args) => {
    log.push([tag, ...args]);
  };
const syscall = {
  vatstoreGet: (key) => rows.get(key),
  vatstoreSet: (key, value) => void rows.set(key, value),
  vatstoreDelete: (key) => void rows.delete(key),
  vatstoreGetNextKey: (prior) => [...rows.keys()].sort().find((key) => key > prior),
};
for (const tag of ['send', 'subscribe', 'resolve', 'exit', 'callNow']) syscall[tag] = note(tag);
for (const tag of ['dropImports', 'retireImports', 'retireExports', 'abandonExports']) {
  syscall[tag] = note(tag);
}
const gcTools = {
  WeakRef,
  FinalizationRegistry,
  waitUntilQuiescent: tick,
  async gcAndFinalize() {
    await tick();
    globalThis.gc();
    await tick();
    await tick();
  },
  meterControl: {
    isMeteringDisabled: () => true,
    assertIsMetered() {},
    assertNotMetered() {},
    runWithoutMetering: (f) => f(),
    runWithoutMeteringAsync: async (f) => f(),
    unmetered: (f) => f,
  },
};
const buildRootObject = ({ VatData, WeakMap: VatWeakMap }) => {
  let held;
  const recognizer = new VatWeakMap();
  const make = VatData.defineKind('thing', (x) => ({ x }), { x: ({ state }) => state.x });
  const store = VatData.makeScalarBigMapStore('store');
  const weak = VatData.makeScalarBigWeakMapStore('weak');
  return Far('root', {
    ignore() {},
    hold(x) {
      held = x;
    },
    release() {
      held = undefined;
    },
    recognize: (x) => void recognizer.set(x, 'known'),
    isKnown: (x) => recognizer.get(x),
    store: (x) => store.init('x', x),
    unstore: () => store.delete('x'),
    weak: (x) => weak.init(x, 'value'),
    makeThing() {
      const thing = make(7);
      recognizer.set(thing, 'thing');
      store.init('thing', thing);
    },
    readThing: () => [store.get('thing').x(), recognizer.get(store.get('thing'))].join(),
    dropThing: () => store.delete('thing'),
    held: () => held !== undefined,
  });
};
const { dispatch } = makeLiveSlots(syscall, 'v1', {}, {}, gcTools, console, async () => ({
  buildRootObject,
}));
const run = async (delivery) => {
  await dispatch(delivery);
  return log.splice(0);
};
const call = (method, slot) =>
  run([
    'message',
    'o+0',
    {
      methargs: {
        body: `#["${method}",[${slot === undefined ? '' : '"$0.Alleged: x"'}]]`,
        slots: slot === undefined ? [] : [slot],
      },
      result: 'p-1',
    },
  ]);
const boyd = () => run(['bringOutYourDead']);

await run(['startVat', { body: '#"#undefined"', slots: [] }]);
await call('ignore', 'o-1');
await call('hold', 'o-2');
await call('recognize', 'o-3');
await call('store', 'o-4');
await call('weak', 'o-5');
const first = await boyd();
await call('release');
await call('unstore');
const second = await boyd();
const again = (await call('isKnown', 'o-3'))[0][1][0][2].body;
await call('makeThing');
await boyd();
const thing = (await call('readThing'))[0][1][0][2].body;
await call('dropThing');
await boyd();
const left = [...rows.keys()].filter((key) => key.includes('o+v10'));
const retired = await run(['retireImports', ['o-5']]);
process.stdout.write(
  JSON.stringify({
    first,
    second,
    again,
    thing,
    left,
    retired,
    weakRows: [...rows.keys()].filter((key) => key.includes('o-5')),
  }),
);
