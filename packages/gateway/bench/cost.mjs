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

const measure = async (what, act) => {
  await act(200);
  const before = process.cpuUsage();
  await act(COUNT);
  const { user, system } = process.cpuUsage(before);
  console.log(`${what.padEnd(34)} ${((user + system) / COUNT).toFixed(0).padStart(6)} µs a call`);
};
const all = (count, call) => Promise.all(Array.from({ length: count }, (_, i) => call(i)));

await measure('a send of the host', (count) => all(count, (i) => kernel.send('bank', 'echo', [i])));
const client = connect(url, { WebSocket });
await measure('a call of a session, both ends', (count) => all(count, (i) => client.root.echo(i)));
await measure('a call in an HTTP batch, both ends', async (count) => {
  for (let done = 0; done < count; done += 100) {
    const bank = newHttpBatchRpcSession(gateway.url).redeem(url);
    await all(100, (i) => bank.echo(i));
  }
});

const idle = process.cpuUsage();
await new Promise((resolve) => setTimeout(resolve, 5_000));
const { user, system } = process.cpuUsage(idle);
console.log(
  `an idle client                     ${((user + system) / 5_000).toFixed(2)} ms a second`,
);
client.close();
await gateway.close();
await kernel.close();
