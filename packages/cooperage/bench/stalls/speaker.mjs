// The thread of a worker that is wholly taken over: it answers what its vat is told to do with a record of its own making.
import { parentPort } from 'node:worker_threads';
import { RECORDS } from './records.mjs';

parentPort.on('message', ({ name, delivery }) => {
  const { n } = JSON.parse(delivery);
  parentPort.postMessage({ n, text: RECORDS[name]?.(JSON.parse(delivery)) ?? ok(n, []) });
});

const ok = (n, syscalls) => JSON.stringify({ n, status: ['ok'], syscalls, usage: null });
