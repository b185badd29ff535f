/** Connections whose peer has gone are found by pings. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { limitsOf } from '../src/limits.js';
import { type Connection, makeConnection } from '../src/net/connection.js';

/** Milliseconds between two pings. */
const HEARTBEAT = 20;

const connectPeer = async (autoPong: boolean) => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const accepted = new Promise<Connection>((resolve) => {
    server.once('connection', (socket) =>
      resolve(makeConnection(socket, limitsOf(undefined), HEARTBEAT)),
    );
  });
  const { port } = server.address() as AddressInfo;
  const peer = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong });
  let pings = 0;
  peer.on('ping', () => {
    pings += 1;
  });
  onTestFinished(() => {
    peer.terminate();
    server.close();
  });
  return { connection: await accepted, countPings: () => pings };
};

it('a connection ends as lost if its peer answers no ping', async () => {
  const { connection, countPings } = await connectPeer(false);
  expect(await connection.closed).toMatchObject({ code: 'GATEWAY_LOST' });
  expect(connection.isOpen).toBe(false);
  expect(countPings()).toBeLessThanOrEqual(2);
});

it('a connection stays while its peer answers pings', async () => {
  const { connection, countPings } = await connectPeer(true);
  await expect.poll(countPings).toBeGreaterThan(6);
  expect(connection.isOpen).toBe(true);
});
