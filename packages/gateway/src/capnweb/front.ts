/** What clients that speak capnweb see: one object, which redeems secrets. */
import { RpcSession, type RpcTransport, RpcTarget } from 'capnweb';
import type { Client } from '../client.js';
import type { Connection } from '../net/connection.js';
import { asRefusal, refuse } from '../refusals.js';
import type { OpenedSession, Sessions } from '../sessions/sessions.js';
import { SessionTarget } from './session-target.js';
import { type CapnwebValues, makeCapnwebValues } from './values.js';

/** Digits of a bigint, and depth of data, that capnweb reads before the gateway does. */
const READING = { maxBigIntDigits: 10_000, maxDepth: 220 } as const;

/** The main object of a connection. */
class FrontDoor extends RpcTarget {
  readonly #client: Client;
  readonly #values: CapnwebValues;
  readonly #sessions: Sessions;
  /** The sessions that are used over this connection. */
  readonly #targets: Set<SessionTarget>;

  constructor(client: Client, sessions: Sessions, targets: Set<SessionTarget>) {
    super();
    this.#client = client;
    this.#values = makeCapnwebValues({ begin: client.begin });
    this.#sessions = sessions;
    this.#targets = targets;
  }

  /** A client asks whether the gateway is there. The answer is that there is one. */
  ping(): void {}

  /** The object behind a capability URL, or behind the secret in its fragment. */
  redeem(urlOrSecret: unknown): unknown {
    return this.#values.toWire(this.#client.redeem(urlOrSecret));
  }

  /** Begins a session with what a URL stands for: its secret is how the client comes back. */
  open(urlOrSecret: unknown): Promise<OpenedSession> {
    return this.#sessions.open(this.#client.find(urlOrSecret));
  }

  /** @param sink a function of the client that takes events, as JSON */
  resume(secret: unknown, sink: unknown): SessionTarget {
    const target = new SessionTarget({
      session: this.#client.attempt(() => this.#sessions.find(secret)),
      sink,
      finish: (session) => this.#sessions.end(session),
      endConnection: (reason) => this.#client.end(reason),
    });
    this.#targets.add(target);
    return target;
  }
}

/** Serves one WebSocket until it is closed. */
export const serveCapnweb = async (
  connection: Connection,
  client: Client,
  sessions: Sessions,
): Promise<void> => {
  const targets = new Set<SessionTarget>();
  const { references, frameBytes } = client.limits;
  const made: { session?: RpcSession } = {};
  const transport: RpcTransport = {
    send: (message) => connection.send(message),
    receive: async () => {
      // It asks for the first message while it is made.
      const { imports, exports } = made.session?.getStats() ?? { imports: 0, exports: 0 };
      if (imports + exports > references) {
        client.end(
          refuse(
            'GATEWAY_LIMIT',
            `the limit of ${references} references of a client is reached: release some`,
          ),
        );
      }
      return connection.receive();
    },
    abort: (reason) => client.end(asRefusal(reason)),
  };
  const options = { limits: { ...READING, maxMessageSize: frameBytes } };
  made.session = new RpcSession(transport, new FrontDoor(client, sessions, targets), options);
  await connection.closed;
  for (const target of targets) target.leave();
};

/** Answers the messages of one HTTP request. */
export const answerBatch = async (
  body: string,
  client: Client,
  sessions: Sessions,
): Promise<string> => {
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
  const session = new RpcSession(transport, new FrontDoor(client, sessions, new Set()), options);
  await read;
  await Promise.race([session.drain(), read.then(() => new Promise<never>(() => undefined))]);
  return outgoing.join('\n');
};
