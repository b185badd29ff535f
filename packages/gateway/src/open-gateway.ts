import {
  anything,
  callback,
  type CooperageError,
  either,
  flag,
  insistArguments,
  insistOptions,
  optionsOf,
  type OptionTable,
  text,
  wholeNumber,
} from '@cooperage/types';
import type { CooperageKernel, KernelRef } from 'cooperage';
import { GATEWAY_SETTINGS, gatewayPortOf, operateGateway } from 'cooperage/gateway-port';
import type { WebSocket } from 'ws';
import { answerBatch, serveCapnweb } from './capnweb/front.js';
import { importFrom } from './capnweb/import.js';
import { serveCapTP } from './captp/front.js';
import { type Client, makeClient } from './client.js';
import type { Gateway, GatewayOptions } from './gateway-api.js';
import { limitsOf } from './limits.js';
import { makeConnection } from './net/connection.js';
import { type Listening, listen, makeEndpoints } from './net/server.js';
import { refuse } from './refusals.js';
import { openSessions } from './sessions/sessions.js';
import { makeIssuedUrls } from './urls/issued-urls.js';

const OPTIONS = {
  listen: {
    value: either(
      flag,
      optionsOf(
        { host: { value: text('a host name') }, port: { value: wholeNumber(0, 65_535) } },
        'an object such as { "port": 8080 }',
      ),
    ),
  },
  ...GATEWAY_SETTINGS,
  authenticate: { value: callback },
} as const satisfies OptionTable;

const ISSUE_OPTIONS: OptionTable = {
  label: { value: text('a text', /^[^]{0,200}$/) },
  page: { value: text('the URL of a page', /^https?:\/\/[^#]+$/) },
};

const exposedName = {
  name: 'name',
  rule: text('a name of up to 100 letters, digits, dots and hyphens', /^[\w.-]{1,100}$/),
} as const;

const ISSUE = [{ name: 'object', rule: anything }, { table: ISSUE_OPTIONS }] as const;

const EXPOSE = [exposedName, { name: 'object', rule: anything }] as const;

const aUrl = { name: 'url', rule: text('a URL that a gateway issued, or its id') } as const;

/** The reason for connections that end with the gateway. */
const closing = (): CooperageError =>
  refuse('CLOSED', 'the gateway is being closed: connect again later');

/** The URL for a page or a program. The secret is in the fragment, which is sent to no server. */
const urlFor = (base: string, secret: string): string => `${base}#${secret}`;

interface Live {
  readonly client: Client;
  end(reason: CooperageError): void;
}

/**
 * Opens a gateway on a kernel, and keeps the kernel running. Issued URLs are in the kernel's store, so the next gateway
 * on the same kernel has them.
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const openGateway = async (
  kernel: CooperageKernel,
  options: GatewayOptions = {},
): Promise<Gateway> => {
  insistOptions('openGateway', options, OPTIONS);
  const port = gatewayPortOf(kernel);
  const limits = limitsOf(options.limits);
  const urls = makeIssuedUrls(port, Date.now);
  const sessions = openSessions({
    port,
    limits,
    now: Date.now,
    issued: new Set(urls.list().map(({ id }) => id)),
  });
  const path = options.path ?? GATEWAY_SETTINGS.path.default;
  const live = new Set<Live>();
  const imported = new Set<{ end(reason: CooperageError): void }>();
  const refused: Record<string, number> = {};
  let isClosed = false;
  let listening: Listening | undefined;

  const onRefused = ({ code }: CooperageError): void => {
    refused[code] = (refused[code] ?? 0) + 1;
  };

  const ownOrigin = (): string =>
    options.publicUrl !== undefined
      ? new URL(options.publicUrl).origin
      : (listening?.origin ?? 'http://localhost');
  const ownUrl = (): string => ownOrigin() + path;

  const makeLive = (end: (reason: CooperageError) => void): Live => {
    const made = { client: makeClient({ port, urls, limits, onRefused, end }), end };
    live.add(made);
    return made;
  };

  const leave = (left: Live): void => {
    live.delete(left);
    left.client.finish();
  };

  const connected = (transport: 'capnweb' | 'captp', socket: WebSocket): void => {
    const connection = makeConnection(socket, limits);
    const made = makeLive(connection.end);
    void connection.closed.then((reason) => {
      if (reason.code !== 'GATEWAY_LOST') onRefused(reason);
    });
    const serving =
      transport === 'capnweb'
        ? serveCapnweb(connection, made.client, sessions)
        : serveCapTP(connection, made.client);
    void serving.finally(() => leave(made));
    if (isClosed) connection.end(closing());
  };

  const answer = async (body: string): Promise<string> => {
    let stop!: (reason: CooperageError) => void;
    const stopped = new Promise<never>((_resolve, reject) => {
      stop = reject;
    });
    const made = makeLive(stop);
    try {
      return await Promise.race([answerBatch(body, made.client, sessions), stopped]);
    } finally {
      leave(made);
    }
  };

  const endpoints = makeEndpoints({
    options,
    limits,
    path,
    ownOrigin,
    onRefused,
    isFull: () => isClosed || live.size >= limits.connections,
    connected,
    answer,
  });

  if (options.listen !== false) {
    const { host = '127.0.0.1', port: wanted = 0 } =
      options.listen === true ? {} : (options.listen ?? {});
    listening = await listen(endpoints, host, wanted);
  }
  kernel.start();

  const gateway: Gateway = {
    get url() {
      return ownUrl();
    },
    expose: async (...args) => {
      insistArguments('expose', EXPOSE, args);
      const [name, object] = args;
      await urls.expose(name, port.krefOf(object));
    },
    import: async (...args) => {
      insistArguments('import', [aUrl], args);
      const made = await importFrom(args[0], limits);
      imported.add(made);
      return made.object;
    },
    issue: async (...args) => {
      insistArguments('issue', ISSUE, args);
      const [object, issuing = {}] = args;
      const kref = typeof object === 'string' ? urls.exposed(object) : port.krefOf(object);
      const { id, secret } = await urls.issue(kref, issuing.label ?? '');
      return { id, url: urlFor(issuing.page ?? ownUrl(), secret) };
    },
    redeem: (...args) => {
      insistArguments('redeem', [aUrl], args);
      return port.refOf(urls.redeem(args[0]).object) as KernelRef<never>;
    },
    revoke: async (...args) => {
      insistArguments('revoke', [aUrl], args);
      const [idOrUrl] = args;
      const id = await urls.revoke(idOrUrl);
      if (id === undefined) return false;
      const reason = refuse('GATEWAY_REVOKED', 'the URL was revoked');
      for (const { client } of [...live]) if (client.hasRedeemed(id)) client.end(reason);
      await sessions.revoke(id);
      return true;
    },
    list: () => urls.list(),
    stats: () => ({ connections: live.size, sessions: sessions.count, refused: { ...refused } }),
    handleRequest: endpoints.handleRequest,
    handleUpgrade: endpoints.handleUpgrade,
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      release();
      for (const each of [...live, ...imported]) each.end(closing());
      endpoints.close();
      await listening?.close();
    },
  };
  const release = operateGateway(kernel, gateway);
  return gateway;
};
