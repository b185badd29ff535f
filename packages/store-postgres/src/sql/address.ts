import { CooperageError, messageOf } from '@cooperage/types';

/** Where a database is, and how the connection is protected. */
export interface DatabaseAddress {
  /** `postgres://user:password@host:port/database`. A socket: `postgres:///database?host=/run/postgresql`. */
  readonly url: string;
  /** Certificates (PEM) of the authorities that may vouch for the server; those of Node where it is left out. */
  readonly ca?: string;
}

export interface ParsedAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  /** Whether the server must prove by a certificate that it is the host of the URL. */
  readonly verified: boolean;
  readonly ca: string | undefined;
  /** For messages: without the password. */
  readonly shown: string;
}

const refuse = (why: string, cause?: unknown): never => {
  throw new CooperageError('BAD_ARGUMENT', `the URL of the database ${why}`, { cause });
};

const parseUrl = (text: string): URL => {
  try {
    return new URL(text);
  } catch (cause) {
    return refuse(
      `is not a valid URL (${messageOf(cause)}); write postgres://USER:PASSWORD@HOST:PORT/DATABASE`,
      cause,
    );
  }
};

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

const decoded = (text: string): string | undefined =>
  text === '' ? undefined : decodeURIComponent(text);

/**
 * TLS with a verified certificate is the rule; the exceptions are a socket, the loopback interface, and `sslmode=disable`
 * in so many words. A mode that encrypts and verifies nothing would only look safe.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const parseAddress = ({ url: text, ca }: DatabaseAddress): ParsedAddress => {
  const url = parseUrl(text);
  if (!['postgres:', 'postgresql:'].includes(url.protocol)) {
    refuse(`begins with "${url.protocol}"; write postgres://USER:PASSWORD@HOST:PORT/DATABASE`);
  }
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname);
  if (host === '') refuse('names no host');
  const isSocket = host.startsWith('/');
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && mode !== 'disable' && mode !== 'verify-full') {
    refuse(`has sslmode=${mode}; write verify-full, or disable where no TLS is wanted`);
  }
  for (const name of url.searchParams.keys()) {
    if (name !== 'host' && name !== 'sslmode') refuse(`has the unknown parameter "${name}"`);
  }
  const isNear = isSocket || isLoopback(host);
  const port = url.port === '' ? 5432 : Number(url.port);
  const database = decoded(url.pathname.slice(1));
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port,
    user: decoded(url.username),
    password: decoded(url.password),
    database,
    verified:
      mode === 'verify-full' || (mode === null && !isNear) || (mode === null && ca !== undefined),
    ca,
    shown: `${host}${isSocket ? '' : `:${port}`}/${database ?? ''}`,
  };
};
