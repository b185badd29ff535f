/** The gateway that a config asks for: `@cooperage/gateway`, which the project has installed. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readAddress } from '@cooperage/cluster/probes';
import { codeOf, CooperageError, messageOf } from '@cooperage/types';
import type { GatewayConfig, ResolvedConfig } from '../config/config.js';
import { GATEWAY_CONFIG } from '../config/gateway-settings.js';
import { findModule } from '../config/module-path.js';
import type { CooperageKernel } from '../kernel-api.js';

/** What is used here of the package: it depends on this one, not this one on it. */
interface OpenedGateway {
  readonly url: string;
  expose(name: string, object: object): Promise<void>;
  close(): Promise<void>;
}

interface GatewayModule {
  readonly openGateway: (kernel: CooperageKernel, options: object) => Promise<OpenedGateway>;
}

const PACKAGE = '@cooperage/gateway';

const loadPackage = async ({ file }: ResolvedConfig): Promise<GatewayModule> => {
  // That of the project, or else one beside this package.
  const found = findModule(PACKAGE, file === undefined ? process.cwd() : dirname(file)).path;
  try {
    const loaded: unknown = await import(found === undefined ? PACKAGE : pathToFileURL(found).href);
    return loaded as GatewayModule;
  } catch (cause) {
    if (codeOf(cause) !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new CooperageError(
      'BAD_CONFIG',
      `the gateway needs the package ${PACKAGE}: npm install ${PACKAGE}`,
      { cause },
    );
  }
};

const addressOf = ({ listen = GATEWAY_CONFIG.listen.default }: GatewayConfig) => {
  const address = readAddress(listen);
  if (address !== undefined) return address;
  throw new CooperageError('BAD_CONFIG', `gateway.listen must be HOST:PORT, not "${listen}"`);
};

/** How clients reach it where nothing listens: as the config says. */
const publicUrlOf = (
  { publicUrl }: GatewayConfig,
  { host, port }: { readonly host: string; readonly port: number },
) => {
  if (publicUrl !== undefined) return { publicUrl };
  if (port === 0) return {};
  return { publicUrl: `http://${host.includes(':') ? `[${host}]` : host}:${port}` };
};

/**
 * Opens the gateway of a config on a kernel, and exposes what the config names.
 *
 * @param listens false where another process, or none, takes connections: URLs are issued and revoked all the same
 * @throws {CooperageError} `BAD_CONFIG`, and `CONTROL_UNAVAILABLE` where it cannot listen
 */
export const openConfigGateway = async (
  kernel: CooperageKernel,
  config: ResolvedConfig,
  listens: boolean,
): Promise<OpenedGateway> => {
  const { expose = {}, path, origins, limits, ...said } = config.gateway ?? {};
  const address = addressOf(said);
  const options = {
    ...(path !== undefined && { path }),
    ...(origins !== undefined && { origins }),
    ...(limits !== undefined && { limits }),
    ...(listens && said.publicUrl === undefined ? {} : publicUrlOf(said, address)),
    listen: listens ? { host: address.host, port: address.port } : false,
  };
  const { openGateway } = await loadPackage(config);
  let gateway: OpenedGateway;
  try {
    gateway = await openGateway(kernel, options);
  } catch (cause) {
    if (!['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(codeOf(cause) ?? '')) {
      throw cause;
    }
    throw new CooperageError(
      'CONTROL_UNAVAILABLE',
      `the gateway cannot listen at ${address.host}:${address.port}: ${messageOf(cause)}`,
      { cause },
    );
  }
  try {
    for (const [name, vat] of Object.entries(expose)) {
      await gateway.expose(name, kernel.root(vat));
    }
    return gateway;
  } catch (error) {
    await gateway.close();
    throw error;
  }
};
