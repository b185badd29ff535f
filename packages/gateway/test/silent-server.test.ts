/** A client finds out that its server has vanished without closing the connection, and goes on when it is back. */
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';
import { connect, type Status } from '@cooperage/client';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Bank, gatewayOn, openForTest } from './helpers.js';

/** Milliseconds. */
const HEARTBEAT = 500;

/** Between the client and a port. Connections that are silenced stay open, and nothing comes through them any more. */
const startProxy = async (port: number, silentAtFirst: number) => {
  const sockets = new Set<Socket>();
  let silent = silentAtFirst;
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    near.on('error', () => undefined);
    sockets.add(near);
    if (silent > 0) {
      silent -= 1;
      return;
    }
    const far = connectTcp(port, '127.0.0.1');
    far.on('error', () => undefined);
    sockets.add(far);
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    silence: () => {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
  };
};

class Listener {
  readonly heard: number[] = [];
  deposited(_owner: string, amount: number): void {
    this.heard.push(amount);
  }
}

const openClient = (url: string, port: number) => {
  const statuses: Status[] = [];
  const client = connect<Bank>(url.replace(/:\d+/, `:${port}`), {
    WebSocket: WebSocket as never,
    heartbeat: HEARTBEAT,
    onStatus: (status) => statuses.push(status),
  });
  onTestFinished(() => client.close());
  return { client, statuses };
};

it('calls in both directions that wait for a silent server arrive once and in order', async () => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel);
  const proxy = await startProxy(Number(new URL(gateway.url).port), 0);
  const { url } = await gateway.issue(kernel.root('bank'));
  const { client, statuses } = openClient(url, proxy.port);
  const listener = new Listener();
  await client.root.listen(listener);
  const purse = await client.root.open('ann');
  expect(await purse.deposit(1)).toBe(1);
  await expect.poll(() => listener.heard).toEqual([1]);

  proxy.silence();
  expect(await Promise.all([2, 3, 4].map((amount) => purse.deposit(amount)))).toEqual([3, 6, 10]);
  await expect.poll(() => listener.heard).toEqual([1, 2, 3, 4]);
  expect(statuses.slice(0, 3)).toEqual(['connected', 'connecting', 'connected']);
});

it('a server that accepts a connection and says nothing is left for another attempt', async () => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel);
  const proxy = await startProxy(Number(new URL(gateway.url).port), 1);
  const { url } = await gateway.issue(kernel.root('bank'));
  const { client } = openClient(url, proxy.port);
  expect(await client.root.echo(5)).toBe(5);
  expect(proxy.connections()).toBeGreaterThan(1);
});

it('an idle connection stays while the server answers', async () => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel);
  const { url } = await gateway.issue(kernel.root('bank'));
  const sent: string[] = [];
  class Counted extends WebSocket {
    override send(data: string): void {
      sent.push(data);
      super.send(data);
    }
  }
  const client = connect<Bank>(url, { WebSocket: Counted as never, heartbeat: HEARTBEAT });
  onTestFinished(() => client.close());
  await client.root.echo(5);
  await expect.poll(() => sent.filter((each) => each.includes('"ping"')).length).toBeGreaterThan(2);
  expect(client.status).toBe('connected');
});
