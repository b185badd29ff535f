/** What runs in each thread. */
import './lockdown.js';
import { parentPort, workerData } from 'node:worker_threads';
import { makeLiveSlots } from '@cooperage/liveslots';
import type { MakeLiveSlots } from '@cooperage/types';
import { collect, makeCrankSigns, makeOutbox } from '@cooperage/worker-kit/inside';
import type { FromThread, ThreadData, ToThread } from '../protocol.js';
import { makeHostReaders } from './host-reader.js';
import { importByName } from './import-by-name.js';
import { makeMemoryWatch } from './memory-watch.js';
import { systemThreadID } from './thread-id.js';
import { makeThreadVats } from './thread-vats.js';

if (parentPort === null) throw Error('this module runs in worker threads only');
const host = parentPort;
const { signs, answers, answered, heapLimit, externalLimit } = workerData as ThreadData;

const outbox = makeOutbox<FromThread>(
  (batch) => {
    host.postMessage(batch);
  },
  () => performance.timeOrigin + performance.now(),
);

// Node's own words (warnings, mostly) go the way of everything else that this thread says.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk: string | Uint8Array) => {
    outbox.say(['log', typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)]);
    outbox.flush();
    return true;
  };
}

const vats = makeThreadVats({
  outbox,
  signs: makeCrankSigns(signs),
  readerFor: makeHostReaders({
    ask: (message: FromThread) => {
      outbox.say(message);
      outbox.flush();
    },
    answers,
    answered,
  }),
  memory: makeMemoryWatch({ heap: heapLimit, external: externalLimit }, collect),
  loadLiveSlots: async (specifier) => {
    if (specifier === null) return makeLiveSlots;
    const module = (await importByName(specifier)) as { readonly makeLiveSlots: MakeLiveSlots };
    return module.makeLiveSlots;
  },
});

process.on('unhandledRejection', vats.unhandled);
process.on('uncaughtException', vats.unhandled);

host.on('message', (batch: readonly ToThread[]) => {
  for (const message of batch) vats.handle(message);
});
outbox.say(['ready', systemThreadID()]);
outbox.flush();
