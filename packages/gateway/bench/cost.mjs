// Processor time of a call over the gateway beside that of a local send of the host: `npm run cost -w @cooperage/gateway`.
import { fileURLToPath } from 'node:url';
import { connect } from '@cooperage/client';
import { openGateway } from '@cooperage/gateway';
import { newHttpBatchRpcSession } from 'capnweb';
import { openKernel } from 'cooperage';
import { WebSocket } from 'ws';

const COUNT = Number(process.argv[2] ?? 3_000);
const source = fileURLToPath(new URL('../test/fixtures/bank-vat.js', import.meta.url));
const kernel = await openKernel({ config: { vats: { bank: { source } } }, threads: 1 });
const gateway = await openGateway(kernel, {
  limits: { messagesPerSecond: 1e9, bytesPerSecond: 1e12, inFlight: COUNT },
});
const { url } = await gateway.issue(kernel.root('bank'));

const client = connect(url, { WebSocket });
const all = (count, call) => Promise.all(Array.from({ length: count }, (_, i) => call(i)));

/** What is measured, in turns: each round warms up the next one, and the first is not counted. */
const SUBJECTS = {
  'a send of the host': () => all(COUNT, (i) => kernel.send('bank', 'echo', [i])),
  'a call of a session, both ends': () => all(COUNT, (i) => client.root.echo(i)),
  'a call in an HTTP batch, both ends': async () => {
    for (let done = 0; done < COUNT; done += 100) {
      const bank = newHttpBatchRpcSession(gateway.url).redeem(url);
      await all(100, (i) => bank.echo(i));
    }
  },
};
const ROUNDS = 6;

/** Milliseconds of processor time that the process takes meanwhile. */
const processorTime = async (act) => {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};
const show = (what, figure, unit) => {
  console.log(`${what.padEnd(36)} ${figure.padStart(6)} ${unit}`);
};

const figures = Object.fromEntries(Object.keys(SUBJECTS).map((what) => [what, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [what, act] of Object.entries(SUBJECTS)) {
    const took = await processorTime(act);
    if (round > 0) figures[what].push((took * 1_000) / COUNT);
  }
}
for (const [what, taken] of Object.entries(figures)) {
  taken.sort((a, b) => a - b);
  const spread = `µs a call (${taken[0].toFixed(0)} to ${taken.at(-1).toFixed(0)})`;
  show(what, taken[taken.length >> 1].toFixed(0), spread);
}

/** The engine compiles and collects for a while after the last call. */
const SETTLING = 5_000;
const SECONDS = 10;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const idle = async () => (await processorTime(() => pause(SECONDS * 1_000))) / SECONDS;
await pause(SETTLING);
show('a kernel with an idle client', (await idle()).toFixed(2), 'ms a second');
client.close();
await pause(SETTLING);
show('the same without a client', (await idle()).toFixed(2), 'ms a second');
await gateway.close();
await kernel.close();
