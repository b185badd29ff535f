/** The control socket of an open kernel. */
import { createServer, type Server, type Socket } from 'node:net';
import { CooperageError, messageOf } from '@cooperage/types';
import { encodeFrame } from './frames.js';
import type { ControlParts } from './parts.js';
import { CONTROL_LIMITS, sendableError } from './protocol.js';
import { makeSession, type Session } from './session.js';
import { removeSocket, type SocketPlace, socketPlaces } from './socket-path.js';

export interface ControlServer {
  /** Takes no more requests; clients are told what becomes of those that are open. */
  beginClose(): void;
  /** Ends all connections, and the socket is gone. The kernel is closed by then, and its directory still owned. */
  close(): Promise<void>;
}

const listen = (server: Server, address: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });

const listenIn = async (
  directory: string,
  accept: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly place: SocketPlace }> => {
  let failure: unknown = new Error('no path to it is short enough');
  for (const place of socketPlaces(directory)) {
    const server = createServer(accept);
    try {
      await listen(server, place.address);
      place.settle();
      // It keeps no process alive.
      server.unref();
      return { server, place };
    } catch (error) {
      failure = error;
      server.close();
      place.remove();
    }
  }
  throw new CooperageError(
    'CONTROL_UNAVAILABLE',
    `no control socket can be made for the kernel in ${directory}: ${messageOf(failure)}`,
    { cause: failure },
  );
};

/** Whether this system has sockets that a mode protects. */
export const hasControl = process.platform !== 'win32';

/** @throws {CooperageError} `CONTROL_UNAVAILABLE` */
export const startControl = async (
  directory: string,
  parts: ControlParts,
): Promise<ControlServer> => {
  if (!hasControl) {
    throw new CooperageError(
      'CONTROL_UNAVAILABLE',
      'Windows has no Unix sockets that only their owner can open: leave out `control`, and use the commands while no kernel runs',
    );
  }
  const sessions = new Set<Session>();
  let isClosing = false;
  const accept = (socket: Socket): void => {
    if (isClosing || sessions.size >= CONTROL_LIMITS.clients) {
      const error = new CooperageError(
        isClosing ? 'CLOSED' : 'CONTROL_LIMIT',
        isClosing
          ? 'the kernel is being closed'
          : `${CONTROL_LIMITS.clients} clients are connected, which is the limit: end one of them first`,
      );
      socket.on('error', () => undefined);
      socket.end(encodeFrame({ error: sendableError(error) }, CONTROL_LIMITS.answer));
      socket.unref();
      return;
    }
    const onGone = (): void => void sessions.delete(session);
    const session: Session = makeSession({ socket, parts, directory, onGone });
    sessions.add(session);
  };
  const { server, place } = await listenIn(directory, accept);
  // The server may have failed to accept: the kernel goes on without.
  server.on('error', () => undefined);
  return {
    beginClose: () => {
      isClosing = true;
      for (const session of sessions) session.refuseMore();
    },
    close: async () => {
      server.close();
      removeSocket(directory);
      place.remove();
      // Answers that were just written are still on their way.
      await new Promise((resolve) => setImmediate(resolve));
      for (const session of sessions) session.end();
      const deadline = performance.now() + CLOSE_PATIENCE;
      while (sessions.size > 0 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      for (const session of sessions) session.destroy();
    },
  };
};

/** Milliseconds in which clients may read their last answers. */
const CLOSE_PATIENCE = 1_000;
