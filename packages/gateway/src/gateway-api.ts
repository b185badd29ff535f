import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnyMethods, KernelRef } from 'cooperage';
import type { GatewayLimits } from './limits.js';

export interface IssueOptions {
  /** The name for people in `list`. */
  readonly label?: string;
  /** The page that the URL opens instead of the gateway itself; the secret is its fragment. */
  readonly page?: string;
}

export interface IssuedUrl {
  /** Names it in `list` and `revoke`. It is not secret. */
  readonly id: string;
  /** Each holder of it has the object. It is shown only once: the store keeps a hash of the secret. */
  readonly url: string;
}

export interface ListedUrl {
  readonly id: string;
  readonly label: string;
  /** The time of issue: milliseconds since 1970. */
  readonly issued: number;
  /** The kernel's name of the object. */
  readonly object: string;
}

export interface GatewayStats {
  readonly connections: number;
  /** Sessions, connected or not. */
  readonly sessions: number;
  /** Requests that were refused since the gateway was opened, by code. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What is known of a connection before anything is read from it. */
export interface GatewayRequest {
  readonly transport: 'capnweb' | 'batch' | 'captp';
  readonly origin: string | undefined;
  readonly address: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export interface GatewayOptions {
  /**
   * The address to listen on. Default: a free port of 127.0.0.1. With `false`, your own server calls the `handle`
   * methods.
   */
  readonly listen?: { readonly host?: string; readonly port?: number } | boolean;
  /** The path of its endpoints. Default: `/gateway`; Endo peers connect to `/gateway/captp`. */
  readonly path?: string;
  /** The address for clients, if it differs from the address it listens on: `https://example.com`. */
  readonly publicUrl?: string;
  /**
   * Origins of pages that may connect, besides that of the gateway; `*` for all. Programs send no origin and may always
   * connect.
   */
  readonly origins?: readonly string[];
  /** Refuses a connection by throwing, or by any result but `true`. */
  readonly authenticate?: (request: GatewayRequest) => boolean | Promise<boolean>;
  readonly limits?: Partial<GatewayLimits>;
}

/** Gives browsers and programs references to objects of vats. Close it before its kernel. */
export interface Gateway {
  /** Its address, without any secret. */
  readonly url: string;
  /** Gives an object a name under which `issue` finds it, also after a restart. */
  readonly expose: (name: string, object: object) => Promise<void>;
  /**
   * The object behind a capability URL of another gateway, for `E()` and for vats of this kernel. The reference breaks
   * with the connection.
   * @throws {CooperageError} `GATEWAY_REFUSED`, `GATEWAY_LOST`
   */
  readonly import: (url: string) => Promise<object>;
  /**
   * Makes a capability URL for an object, or for an exposed name. The URL is durable when the promise resolves.
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  readonly issue: (object: object | string, options?: IssueOptions) => Promise<IssuedUrl>;
  /**
   * The object behind a URL of this gateway.
   * @throws {CooperageError} `GATEWAY_REFUSED`
   */
  readonly redeem: <T = AnyMethods>(url: string) => KernelRef<T>;
  /**
   * Ends a URL, and all connections and sessions that redeemed it. The end is durable when the promise resolves.
   * @param idOrUrl the id in `list`, or the URL
   * @returns whether the URL existed
   */
  readonly revoke: (idOrUrl: string) => Promise<boolean>;
  readonly list: () => readonly ListedUrl[];
  readonly stats: () => GatewayStats;
  /** Answers a request for one of its paths. Returns `false` for other paths, without touching the request. */
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Ends all connections. URLs and sessions stay. Idempotent. */
  readonly close: () => Promise<void>;
}
