import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AnyMethods, KernelRef } from 'cooperage';
import type { GatewayLimits } from './limits.js';

export interface IssueOptions {
  /** What people call it in `list`. */
  readonly label?: string;
  /** The page that the URL opens instead of the gateway itself; the secret is its fragment. */
  readonly page?: string;
}

export interface IssuedUrl {
  /** Names it in `list` and `revoke`. It is no secret. */
  readonly id: string;
  /** A client that has it has the object. It is shown this once: only a hash of the secret is stored. */
  readonly url: string;
}

export interface ListedUrl {
  readonly id: string;
  readonly label: string;
  /** When it was issued: milliseconds since 1970. */
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

/** What a connection says of itself before anything of it is read. */
export interface GatewayRequest {
  readonly transport: 'capnweb' | 'batch' | 'captp';
  readonly origin: string | undefined;
  readonly address: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export interface GatewayOptions {
  /** Where it listens; a free port of 127.0.0.1 unless given. `false`: your own server calls the `handle` methods. */
  readonly listen?: { readonly host?: string; readonly port?: number } | boolean;
  /** The path of its endpoints: `/gateway` unless given; Endo peers connect to `/gateway/captp`. */
  readonly path?: string;
  /** How clients reach it, where that is not the address it listens on: `https://example.com`. */
  readonly publicUrl?: string;
  /** Origins of pages that may connect, beside that of the gateway; `*` for all. Programs that send none always may. */
  readonly origins?: readonly string[];
  /** Refuses by throwing, or by anything but `true`. */
  readonly authenticate?: (request: GatewayRequest) => boolean | Promise<boolean>;
  readonly limits?: Partial<GatewayLimits>;
}

/** Holds references to objects of vats for browsers and programs. It is closed before its kernel. */
export interface Gateway {
  /** Its address, without any secret. */
  readonly url: string;
  /** Gives an object a name under which `issue` finds it, also after a restart. */
  readonly expose: (name: string, object: object) => Promise<void>;
  /**
   * The object behind a capability URL of another gateway, for `E()` and for vats of this kernel. It breaks with the connection.
   * @throws {CooperageError} `GATEWAY_REFUSED`, `GATEWAY_LOST`
   */
  readonly import: (url: string) => Promise<object>;
  /**
   * Makes a capability URL of an object, or of an exposed name. It is durable when it resolves.
   * @throws {CooperageError} `BAD_ARGUMENT`
   */
  readonly issue: (object: object | string, options?: IssueOptions) => Promise<IssuedUrl>;
  /**
   * The object behind a URL of this gateway.
   * @throws {CooperageError} `GATEWAY_REFUSED`
   */
  readonly redeem: <T = AnyMethods>(url: string) => KernelRef<T>;
  /**
   * Ends a URL, and all connections and sessions that redeemed it. It is durable when it resolves.
   * @param idOrUrl the id of `list`, or the URL
   * @returns whether there was such a URL
   */
  readonly revoke: (idOrUrl: string) => Promise<boolean>;
  readonly list: () => readonly ListedUrl[];
  readonly stats: () => GatewayStats;
  /** Answers a request for one of its paths; `false` for any other, which is left alone. */
  readonly handleRequest: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Ends all connections. URLs and sessions stay. Idempotent. */
  readonly close: () => Promise<void>;
}
