import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  callback,
  CooperageError,
  insistOptions,
  messageOf,
  type OptionTable,
  recordOf,
  wholeNumber,
} from '@cooperage/types';
import type { Answers } from './answers.js';
import { PAGE_FILES, pageHtml } from './page-files.js';

export interface Served {
  /** With the token that opens the page once. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Does what a button of the page asks for, and answers with data for JSON. */
export type Action = (query: URLSearchParams) => Promise<unknown>;

export interface ServeOptions {
  /** What the page may ask for besides its data, by name. */
  readonly actions?: Readonly<Record<string, Action>>;
  /** Default: one that is free. */
  readonly port?: number;
}

const OPTIONS = {
  actions: { value: recordOf(callback, 'an object of functions by name') },
  port: { value: wholeNumber(0, 65_535) },
} as const satisfies OptionTable;

const COOKIE = 'cooperage-inspect';

const secret = (): string => randomBytes(32).toString('base64url');

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one as Buffer, other as Buffer);
};

const cookieOf = ({ headers }: IncomingMessage): string | undefined =>
  headers.cookie
    ?.split(';')
    .map((each) => each.trim().split('='))
    .find(([name]) => name === COOKIE)?.[1];

/** What the page may do: nothing but to run the files that come with it and to ask this server. */
const headersFor = (nonce: string) => ({
  'content-security-policy':
    `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self'; connect-src 'self'; ` +
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
});

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const OPEN_FIRST = 'Open the address that `cooperage inspect` printed.';

const json = (data: unknown): Reply => ({
  status: 200,
  type: 'application/json',
  body: JSON.stringify(data ?? null),
});

const refuse = (status: number, why: string): Reply => ({ status, type: 'text/plain', body: why });

/**
 * Serves the page and its data on the loopback interface. The token in the address is good for one visit: it is traded
 * for a cookie that no other site is sent, and that ends with the server. Requests that name another host or come from
 * another origin are refused, so that no page on the web reaches it, not even by a name that it points to this machine.
 *
 * @throws {CooperageError} `BAD_ARGUMENT` where the port is taken
 */
export const serveInspector = async (
  answers: Answers,
  options: ServeOptions = {},
): Promise<Served> => {
  insistOptions('serveInspector', options, OPTIONS);
  const { port: wanted = 0, actions = {} } = options;
  let token: string | undefined = secret();
  const session = secret();
  let port = wanted;

  const isOurs = ({ headers }: IncomingMessage): boolean => {
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
    const { host = '', origin } = headers;
    const site = headers['sec-fetch-site'];
    return (
      hosts.includes(host) &&
      (origin === undefined || hosts.some((each) => origin === `http://${each}`)) &&
      (site === undefined || site === 'same-origin' || site === 'none')
    );
  };

  const enter = (given: string): Reply => {
    if (token === undefined || !isSame(given, token)) {
      return refuse(
        403,
        'This address was used, or is of another server. Start `cooperage inspect` again.',
      );
    }
    token = undefined;
    const cookie = `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    return { status: 303, headers: { location: '/', 'set-cookie': cookie } };
  };

  const isInside = (request: IncomingMessage): boolean => {
    const cookie = cookieOf(request);
    return cookie !== undefined && isSame(cookie, session);
  };

  /** What a button asks for. A browser says from which page such a request comes. */
  const act = async (request: IncomingMessage): Promise<Reply> => {
    if (!isOurs(request) || request.headers.origin === undefined) {
      return refuse(403, 'This server answers only its own page.');
    }
    if (!isInside(request)) return refuse(401, OPEN_FIRST);
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    const name = url.pathname.slice('/do/'.length);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined || !url.pathname.startsWith('/do/')) {
      return refuse(405, 'This server only allows reading.');
    }
    try {
      return json(await action(url.searchParams));
    } catch (thrown) {
      return refuse(409, messageOf(thrown));
    }
  };

  const replyTo = async (request: IncomingMessage, nonce: string): Promise<Reply> => {
    if (!isOurs(request)) return refuse(403, 'This server answers only its own page.');
    if (request.method !== 'GET') return refuse(405, 'This server only allows reading.');
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    const given = url.searchParams.get('token');
    if (url.pathname === '/' && given !== null) return enter(given);
    if (!isInside(request)) return refuse(401, OPEN_FIRST);
    if (url.pathname === '/') return { status: 200, type: 'text/html', body: pageHtml(nonce) };
    const file = PAGE_FILES.get(url.pathname);
    if (file !== undefined) {
      return { status: 200, type: file.type, body: readFileSync(file.path, 'utf8') };
    }
    if (!url.pathname.startsWith('/data/')) return refuse(404, 'There is no such page.');
    const found = await answers(
      decodeURIComponent(url.pathname.slice('/data/'.length)),
      url.searchParams,
    );
    return found === undefined ? refuse(404, 'This recording has no such item.') : json(found);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const nonce = secret();
    let reply: Reply;
    try {
      reply = request.method === 'POST' ? await act(request) : await replyTo(request, nonce);
    } catch (thrown) {
      reply = refuse(500, messageOf(thrown));
    }
    response.writeHead(reply.status, {
      ...headersFor(nonce),
      ...(reply.type !== undefined && { 'content-type': `${reply.type}; charset=utf-8` }),
      ...reply.headers,
    });
    response.end(reply.body);
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new CooperageError('BAD_ARGUMENT', `port ${wanted}: ${messageOf(error)}`)),
    );
    server.listen(wanted, '127.0.0.1', resolve);
  });
  ({ port } = server.address() as AddressInfo);
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
