/** The endpoints of a process that a supervisor watches: `/healthz`, `/readyz`, `/metrics`. */
import { createServer, type ServerResponse } from 'node:http';
import { CooperageError, messageOf } from '@cooperage/types';

/** `undefined`: all is well. A text: what is wrong. */
export type Complaint = string | undefined;

export interface Probes {
  /** Whether the process works at all; a supervisor starts it again where it does not. */
  readonly health: () => Complaint;
  /** Whether it can take work now. */
  readonly readiness: () => Complaint;
  /** In the text format of Prometheus. */
  readonly metrics: () => string | Promise<string>;
}

/** Where to listen. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export const ADDRESS =
  /^(?:\[(?<v6>[0-9a-fA-F:.]{2,45})\]|(?<name>[^\s:[\]]{1,255})):(?<port>\d{1,5})$/u;

/** `HOST:PORT`, where an IPv6 address is in brackets. */
export const readAddress = (text: string): Address | undefined => {
  const { v6, name, port } = ADDRESS.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  const number = Number(port);
  return host === undefined || number > 65_535 ? undefined : { host, port: number };
};

export interface ProbeServer {
  /** The one that was taken, where any was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';
const PLAIN = 'text/plain; charset=utf-8';

const answer = (response: ServerResponse, status: number, text: string, type = PLAIN): void => {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
};

const complain = (response: ServerResponse, complaint: Complaint): void =>
  complaint === undefined ? answer(response, 200, 'ok\n') : answer(response, 503, `${complaint}\n`);

/**
 * Serves them, and nothing else: of a request nothing is read but its method and its path.
 * @throws {CooperageError} `CONTROL_UNAVAILABLE` where it cannot listen there
 */
export const serveProbes = async (
  { health, readiness, metrics }: Probes,
  host: string,
  port: number,
): Promise<ProbeServer> => {
  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void> | void>> = {
    '/healthz': (response) => complain(response, health()),
    '/readyz': (response) => complain(response, readiness()),
    '/metrics': async (response) => answer(response, 200, await metrics(), PROMETHEUS),
  };
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const route = isRead && Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) answer(response, 404, 'there are /healthz, /readyz and /metrics\n');
    else {
      void (async () => route(response))().catch((error: unknown) =>
        answer(response, 500, `${messageOf(error)}\n`),
      );
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new CooperageError(
          'CONTROL_UNAVAILABLE',
          `cannot listen at ${host}:${port}: ${messageOf(cause)}; end what listens there, or take another address`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
