import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RpcSession, type RpcTransport } from 'capnweb';
import { type CooperageKernel, openKernel, type OpenKernelOptions } from 'cooperage';
import { afterEach } from 'vitest';
import { WebSocket } from 'ws';
import { type Gateway, type GatewayOptions, openGateway } from '../src/index.js';

export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

export const config = {
  crankTimeLimit: 60_000,
  vats: { bank: { source: fixture('bank-vat.js') } },
};

export interface Bank {
  open(owner: string): Purse;
  isPurse(value: unknown): boolean;
  echo<T>(value: T): T;
  call(target: unknown, method: string, ...args: unknown[]): unknown;
  apply(target: unknown, ...args: unknown[]): unknown;
  listen(listener: unknown): void;
  forgetListeners(): void;
  fail(message: string): never;
  adder(): (a: number, b: number) => number;
  later(): { purse: Promise<Purse> };
}

export interface Purse {
  balance(): number;
  deposit(amount: number): number;
}

const undo: (() => Promise<unknown> | void)[] = [];

export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'cooperage-gateway-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

export const openForTest = async (
  options: Partial<OpenKernelOptions> = {},
): Promise<CooperageKernel> => {
  const kernel = await openKernel({
    config,
    threads: 1,
    log: () => undefined,
    on: { console: () => undefined },
    ...options,
  });
  undo.push(() => kernel.close());
  return kernel;
};

export const gatewayOn = async (
  kernel: CooperageKernel,
  options?: GatewayOptions,
): Promise<Gateway> => {
  const gateway = await openGateway(kernel, options);
  undo.push(() => gateway.close());
  return gateway;
};

afterEach(async () => {
  for (const act of undo.splice(0).reverse()) await act();
});

/** A client of capnweb as its users write one, on the sockets of `ws`: Node 20 has none of its own. */
export type Any = any;

export interface RawClient {
  readonly main: Any;
  readonly socket: WebSocket;
  /** The code and the reason with which the connection ends. */
  readonly closed: Promise<readonly [code: number, reason: string]>;
}

export const wsUrl = (gateway: Gateway, path = ''): string =>
  gateway.url.replace('http', 'ws') + path;

export const openSocket = async (url: string, headers = {}): Promise<WebSocket> => {
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => undefined);
  undo.push(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        const refusal: Error = Object.assign(new Error(text), JSON.parse(text) as object);
        reject(refusal);
      });
    });
  });
  return socket;
};

export const closingOf = (socket: WebSocket): Promise<readonly [number, string]> =>
  new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve([code, reason.toString()]));
  });

export const rawClient = async (gateway: Gateway): Promise<RawClient> => {
  const socket = await openSocket(wsUrl(gateway));
  const closed = closingOf(socket);
  const queue: string[] = [];
  let wake: (() => void) | undefined;
  let isOver = false;
  socket.on('message', (data: Buffer) => {
    queue.push(data.toString());
    wake?.();
  });
  void closed.then(() => {
    isOver = true;
    wake?.();
  });
  const transport: RpcTransport = {
    send: (message) => socket.send(message),
    receive: async () => {
      while (queue.length === 0) {
        if (isOver) throw new Error('closed');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return queue.shift() as string;
    },
  };
  return { main: new RpcSession(transport).getRemoteMain() as Any, socket, closed };
};
