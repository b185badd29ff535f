/** The endpoints of a gateway on an HTTP server: who may connect is decided before anything is read. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { CooperageError } from '@cooperage/types';
import { type WebSocket, WebSocketServer } from 'ws';
import type { GatewayOptions, GatewayRequest } from '../gateway-api.js';
import type { GatewayLimits } from '../limits.js';
import { asRefusal, refuse, statusOf } from '../refusals.js';

type Transport = GatewayRequest['transport'];

export interface EndpointsPowers {
  readonly options: GatewayOptions;
  readonly limits: GatewayLimits;
  readonly path: string;
  /** The origin of the gateway itself. */
  readonly ownOrigin: () => string;
  readonly onRefused: (refusal: CooperageError) => void;
  readonly isFull: () => boolean;
  readonly connected: (transport: 'capnweb' | 'captp', socket: WebSocket) => void;
  readonly answer: (body: string) => Promise<string>;
}

export interface Endpoints {
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  close(): void;
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] as string;

const bodyOf = async (request: IncomingMessage, most: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most)
      throw refuse('GATEWAY_LIMIT', `a request has more than the limit of ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

export const makeEndpoints = (powers: EndpointsPowers): Endpoints => {
  const { options, limits, path, ownOrigin, onRefused, isFull, connected, answer } = powers;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });

  const insistAdmitted = async (request: IncomingMessage, transport: Transport): Promise<void> => {
    const { headers } = request;
    const { origin } = headers;
    if (origin !== undefined && origin !== ownOrigin()) {
      const allowed = options.origins ?? [];
      if (!allowed.includes(origin) && !allowed.includes('*')) {
        throw refuse(
          'GATEWAY_REFUSED',
          'pages of this origin may not connect: the gateway has no such entry in "origins"',
        );
      }
    }
    if (isFull())
      throw refuse(
        'GATEWAY_LIMIT',
        `${limits.connections} clients are connected, which is the limit`,
      );
    if (options.authenticate === undefined) return;
    const address = request.socket.remoteAddress;
    const asked = { transport, origin, address, headers };
    let isAdmitted: unknown;
    try {
      isAdmitted = await options.authenticate(asked);
    } catch (error) {
      throw error instanceof CooperageError
        ? error
        : refuse('GATEWAY_REFUSED', 'the request was not authenticated');
    }
    if (isAdmitted !== true) throw refuse('GATEWAY_REFUSED', 'the request was not authenticated');
  };

  const respond = (
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    text: string,
    type = 'text/plain; charset=utf-8',
  ): void => {
    const { origin } = request.headers;
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      ...(origin !== undefined &&
        status !== 403 && { 'access-control-allow-origin': origin, vary: 'origin' }),
      ...(status >= 400 && { connection: 'close' }),
    });
    response.end(text);
  };

  const respondRefusal = (
    request: IncomingMessage,
    response: ServerResponse,
    error: unknown,
  ): void => {
    const refusal = asRefusal(error);
    onRefused(refusal);
    const { code, message } = refusal;
    const text = `${JSON.stringify({ code, message })}\n`;
    respond(request, response, statusOf(refusal), text, 'application/json');
  };

  const answerRequest = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await insistAdmitted(request, 'batch');
      if (request.method === 'OPTIONS') {
        respond(request, response, 204, '');
        return;
      }
      if (request.method !== 'POST') {
        respond(request, response, 405, 'connect with a WebSocket, or POST a capnweb batch\n');
        return;
      }
      respond(request, response, 200, await answer(await bodyOf(request, limits.frameBytes)));
    } catch (error) {
      respondRefusal(request, response, error);
    }
  };

  const refuseUpgrade = (socket: Duplex, error: unknown): void => {
    const refusal = asRefusal(error);
    onRefused(refusal);
    const { code, message } = refusal;
    const body = `${JSON.stringify({ code, message })}\n`;
    socket.end(
      `HTTP/1.1 ${statusOf(refusal)} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };

  const upgrade = async (
    transport: 'capnweb' | 'captp',
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => {
    // The peer may be gone before it is admitted.
    socket.on('error', () => undefined);
    try {
      await insistAdmitted(request, transport);
      sockets.handleUpgrade(request, socket, head, (made) => connected(transport, made));
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  };

  return {
    handleRequest: (request, response) => {
      if (pathOf(request) !== path) return false;
      void answerRequest(request, response);
      return true;
    },
    handleUpgrade: (request, socket, head) => {
      const asked = pathOf(request);
      if (asked !== path && asked !== `${path}/captp`) return false;
      void upgrade(asked === path ? 'capnweb' : 'captp', request, socket, head);
      return true;
    },
    close: () => sockets.close(),
  };
};

export interface Listening {
  readonly origin: string;
  close(): Promise<void>;
}

/** A server of its own. Whatever is not the gateway's is not found. */
export const listen = async (
  { handleRequest, handleUpgrade }: Endpoints,
  host: string,
  port: number,
): Promise<Listening> => {
  const server: Server = createServer((request, response) => {
    if (!handleRequest(request, response)) response.writeHead(404).end();
  });
  server.on('upgrade', (request, socket, head) => {
    if (!handleUpgrade(request, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
