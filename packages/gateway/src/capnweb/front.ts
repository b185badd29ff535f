/** What clients that speak capnweb see: one object, which redeems secrets. */
import { RpcSession, type RpcTransport, RpcTarget } from 'capnweb';
import type { Client } from '../client.js';
import type { Connection } from '../net/connection.js';
import { asRefusal, refuse } from '../refusals.js';
import { type CapnwebValues, makeCapnwebValues } from './values.js';

/** Digits of a bigint, and depth of data, that capnweb reads before the gateway does. */
const READING = { maxBigIntDigits: 10_000, maxDepth: 220 } as const;

/** The main object of a connection. */
class FrontDoor extends RpcTarget {
  readonly #client: Client;
  readonly #values: CapnwebValues;

  constructor(client: Client, values: CapnwebValues) {
    super();
    this.#client = client;
    this.#values = values;
  }

  /** The object behind a capability URL, or behind the secret in its fragment. */
  redeem(urlOrSecret: unknown): unknown {
    return this.#values.toWire(this.#client.redeem(urlOrSecret));
  }
}

const mainOf = (client: Client): FrontDoor =>
  new FrontDoor(client, makeCapnwebValues({ begin: client.begin }));

/** Serves one WebSocket until it is closed. */
export const serveCapnweb = async (connection: Connection, client: Client): Promise<void> => {
  const { references, frameBytes } = client.limits;
  const made: { session?: RpcSession } = {};
  const transport: RpcTransport = {
    send: (message) => connection.send(message),
    receive: async () => {
      // It asks for the first message while it is made.
      const { imports, exports } = made.session?.getStats() ?? { imports: 0, exports: 0 };
      if (imports + exports > references) {
        client.end(refuse('GATEWAY_LIMIT', `a client may hold ${references} references`));
      }
      return connection.receive();
    },
    abort: (reason) => client.end(asRefusal(reason)),
  };
  const options = { limits: { ...READING, maxMessageSize: frameBytes } };
  made.session = new RpcSession(transport, mainOf(client), options);
  await connection.closed;
};

/** Answers the messages of one HTTP request. */
export const answerBatch = async (body: string, client: Client): Promise<string> => {
  const incoming = body === '' ? [] : body.split('\n');
  const outgoing: string[] = [];
  let stop!: (reason: unknown) => void;
  let allRead!: () => void;
  const read = new Promise<void>((resolve, reject) => {
    allRead = resolve;
    stop = reject;
  });
  const transport: RpcTransport = {
    send: (message) => void outgoing.push(message),
    receive: () => {
      const next = incoming.shift();
      if (next !== undefined) return Promise.resolve(next);
      allRead();
      return new Promise<never>(() => undefined);
    },
    abort: (reason) => stop(asRefusal(reason)),
  };
  const options = { limits: { ...READING, maxMessageSize: client.limits.frameBytes } };
  const session = new RpcSession(transport, mainOf(client), options);
  await read;
  await Promise.race([session.drain(), read.then(() => new Promise<never>(() => undefined))]);
  return outgoing.join('\n');
};
