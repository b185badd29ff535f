/** The host of the chat: a kernel, its gateway, and the page, at one address. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Gateway, type GatewayOptions, openGateway } from '@cooperage/gateway';
import { type CooperageKernel, type KernelConfig, openKernel } from 'cooperage';
import { PAGE_HEADERS, type PageFile, readPage } from './page-files.js';

export const CHAT = fileURLToPath(new URL('../dist/vats/chat.js', import.meta.url));

export interface HostOptions {
  /** Undefined: in memory. */
  readonly directory?: string | undefined;
  readonly port: number;
  /** The address for clients, if it differs from the address on which the host listens. */
  readonly publicUrl?: string | undefined;
  readonly limits?: GatewayOptions['limits'];
  /** Further vats, and settings of the kernel. */
  readonly config?: Partial<KernelConfig>;
  /** False: the page is not bundled and not served. */
  readonly hasPage?: boolean;
  readonly say?: (line: string) => void;
}

export interface ChatHost {
  readonly kernel: CooperageKernel;
  readonly gateway: Gateway;
  /** The address, which has no secret. */
  readonly origin: string;
  /** Opens a room. @returns the URL of its first seat */
  readonly openRoom: (title: string) => Promise<string>;
  /** A new URL of the door, which opens rooms. The former one is revoked. */
  readonly doorUrl: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const DOOR = 'the door';

interface Ready {
  readonly gateway: Gateway;
  readonly page: string;
}

/** The service waits for the gateway: a call that was open when the process ended is made again at the start. */
const makeUrls = () => {
  let resolveReady: (made: Ready) => void = () => undefined;
  const ready = new Promise<Ready>((resolve) => {
    resolveReady = resolve;
  });
  return {
    open: (made: Ready): void => resolveReady(made),
    service: {
      issue: async (seat: object, label: string) => {
        const { gateway, page } = await ready;
        return gateway.issue(seat, { label, page });
      },
      revoke: async (id: string) => (await ready).gateway.revoke(id),
    },
  };
};

const configOf = ({ vats, ...settings }: Partial<KernelConfig>): KernelConfig => ({
  ...settings,
  vats: { chat: { source: CHAT, services: ['urls'], ambient: { time: true } }, ...vats },
});

export const openChat = async (options: HostOptions): Promise<ChatHost> => {
  const { directory, port, publicUrl, limits, config = {}, hasPage = true, say } = options;
  const files = hasPage ? await readPage() : new Map<string, PageFile>();
  const urls = makeUrls();
  const kernel = await openKernel({
    config: configOf(config),
    directory: directory ?? null,
    services: { urls: urls.service },
    log: (level, message) => say?.(`${level}: ${message}`),
    on: { console: ({ name, text }) => say?.(`${name}: ${text}`) },
  });
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const origin = publicUrl ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const gateway = await openGateway(kernel, {
      listen: false,
      publicUrl: origin,
      ...(limits !== undefined && { limits }),
    });
    server.on('upgrade', (request, socket, head) => {
      if (!gateway.handleUpgrade(request, socket, head)) socket.destroy();
    });
    server.on('request', (request, response) => {
      if (gateway.handleRequest(request, response)) return;
      const [path = ''] = (request.url ?? '').split('?', 1);
      const file = request.method === 'GET' ? files.get(path) : undefined;
      if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, { ...PAGE_HEADERS, 'content-type': file.type }).end(file.text);
    });
    urls.open({ gateway, page: `${origin}/` });
    return {
      kernel,
      gateway,
      origin,
      openRoom: async (title) =>
        ((await kernel.send('chat', 'open', [title])) as { readonly url: string }).url,
      doorUrl: async () => {
        for (const { id, label } of gateway.list()) if (label === DOOR) await gateway.revoke(id);
        const issued = await gateway.issue(kernel.root('chat'), {
          label: DOOR,
          page: `${origin}/`,
        });
        return issued.url;
      },
      close: async () => {
        server.close();
        await gateway.close();
        server.closeAllConnections();
        await kernel.close();
      },
    };
  } catch (error) {
    server.close();
    await kernel.close();
    throw error;
  }
};
