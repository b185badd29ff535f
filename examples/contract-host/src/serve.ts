import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { messageOf } from 'cooperage';
import { actions, toJson } from './actions.js';
import { openHost, type HostOptions } from './open-host.js';
import { PAGE_HEADERS, readPage } from './page-files.js';
import type { View } from './vats/main.js';

export interface Server {
  readonly url: string;
  /** Ends all connections, and closes the kernel between two cranks. */
  close(): Promise<void>;
}

/** Of a request's body, which is a record of a few short strings. */
const MOST_CHARACTERS = 10_000;

const readBody = async (request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > MOST_CHARACTERS) throw Error('the request is too long');
  }
  const body: unknown = JSON.parse(text === '' ? '{}' : text);
  if (typeof body !== 'object' || body === null) throw Error('the body must be a JSON object');
  return body as Readonly<Record<string, unknown>>;
};

const answer = (response: ServerResponse, status: number, value: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(toJson(value));
};

/**
 * The market on a page. `GET /` is the page (its files are read when the host starts), `GET /api/state` what there is to see, `GET /api/events` the same again and again
 * as server-sent events, whenever it changes, and `POST /api/<action>` does what a button does.
 */
export const serve = async ({
  port,
  ...options
}: Omit<HostOptions, 'plan' | 'onView'> & { readonly port: number }): Promise<Server> => {
  const files = await readPage();
  const watchers = new Set<ServerResponse>();
  let latest: View | undefined;
  const withTimes = (view: View) => ({
    ...view,
    engine: options.engine,
    forkTimes: Object.fromEntries(forkTimes),
  });
  const push = (watcher: ServerResponse, view: View) =>
    watcher.write(`data: ${toJson(withTimes(view))}\n\n`);

  const { kernel, forkTimes } = await openHost({
    ...options,
    plan: 'market',
    onView: (view) => {
      latest = view;
      for (const watcher of watchers) push(watcher, view);
    },
  });
  latest = (await kernel.send('main', 'view', [])) as View;
  // Timers must be heard when no button is pressed.
  kernel.start();

  const act = async (name: string, request: IncomingMessage, response: ServerResponse) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) return answer(response, 404, { error: `there is no action ${name}` });
    // A page of another site can send a form, but not this without being asked first.
    if (request.headers['content-type']?.startsWith('application/json') !== true) {
      return answer(response, 415, { error: 'send JSON' });
    }
    try {
      const result = await kernel.send('main', name, action(await readBody(request)));
      return answer(response, 200, { result: result ?? 'done' });
    } catch (error) {
      return answer(response, 400, { error: messageOf(error) });
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    // A name that resolves to this machine is not this machine.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
      return answer(response, 403, { error: 'this page is for this machine only' });
    }
    if (request.method === 'POST' && pathname.startsWith('/api/')) {
      return act(pathname.slice('/api/'.length), request, response);
    }
    if (request.method !== 'GET') return answer(response, 405, { error: 'GET, or POST /api/…' });
    switch (pathname) {
      case '/api/state':
        return answer(response, 200, withTimes((await kernel.send('main', 'view', [])) as View));
      case '/api/events':
        response.writeHead(200, {
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
        });
        watchers.add(response);
        response.on('close', () => watchers.delete(response));
        if (latest !== undefined) push(response, latest);
        return undefined;
      default: {
        const file = files.get(pathname);
        if (file === undefined) return answer(response, 404, { error: `there is no ${pathname}` });
        response.writeHead(200, { ...PAGE_HEADERS, 'content-type': file.type });
        return response.end(file.text);
      }
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) answer(response, 500, { error: messageOf(error) });
      response.end();
    });
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    await kernel.close();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await kernel.close();
    },
  };
};
