/** `npm run idle -w @cooperage/example-chat`: the cost of connected clients that are idle. */
import { parseArgs } from 'node:util';
import { playIdle } from './idle-clients.js';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
  },
});
const clients = Number(values.clients);
const end = await playIdle({
  clients,
  rooms: Math.ceil(clients / 10),
  seconds: Number(values.seconds),
  say: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(
  `${clients} idle clients: the chat's vat is ${end.isOnline ? '' : 'not '}in memory, ` +
    `${end.processorPerSecond.toFixed(2)} ms of processor time a second for both ends, ` +
    `and a message came to the ${end.heard} of its room\n`,
);
process.exitCode = end.isOnline ? 1 : 0;
