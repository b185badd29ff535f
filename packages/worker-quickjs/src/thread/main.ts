/** What runs in each thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { makeAskHost, makeCrankSigns, makeOutbox } from '@cooperage/worker-kit/inside';
import { makeQuickJSEngine } from '../engine/quickjs.js';
import type { FromThread, ThreadData, ToThread } from '../protocol.js';
import { makeMachineSlots } from './machine-slots.js';
import { makeHeaps } from './heaps.js';
import { makeThreadVats } from './thread-vats.js';

if (parentPort === null) throw Error('this module runs in worker threads only');
const host = parentPort;
const { signs, stopFlag, answers, answered, liveslots, machineSlots, unmetered } =
  workerData as ThreadData;

const now = (): number => performance.now();
const outbox = makeOutbox<FromThread>(
  (batch) => {
    host.postMessage(batch);
  },
  () => performance.timeOrigin + now(),
);
const say = (message: FromThread): void => {
  outbox.say(message);
  outbox.flush();
};

// Node's own words (warnings, mostly) go the way of everything else that this thread says.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: string | Uint8Array) => {
    say(['log', typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)]);
    return true;
  };
}

const ask = makeAskHost({ ask: say, answers, answered });
const engine = makeQuickJSEngine();
const heaps = makeHeaps({
  engine,
  liveslots,
  announce: (hash, bytes) => {
    outbox.say(['base', hash, bytes]);
  },
});
const slots = makeMachineSlots(engine, machineSlots);
const vats = makeThreadVats({
  engine,
  heaps,
  slots,
  outbox,
  signs: makeCrankSigns(signs),
  read: (vat, operation, key) => ask(['read', vat, operation, key]),
  stopFlag: new Int32Array(stopFlag),
  nextTask: setImmediate,
  now,
});

let isAwaited = false;
host.on('message', (batch: readonly ToThread[]) => {
  isAwaited = true;
  for (const message of batch) vats.handle(message);
});
setImmediate(() => {
  // Until the first vat comes there is time to prepare what it needs.
  if (!isAwaited) slots.prepare(unmetered, heaps.baseOf('cooperage'));
});
