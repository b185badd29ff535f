/** A connection that reconnects by itself. */
import { RpcSession, type RpcStub } from 'capnweb';
import { GatewayError } from './gateway-error.js';
import { transportOver } from './transport.js';

/** The constructor of browsers and of Node 22 and later; `ws` has the same. */
export type WebSocketConstructor = new (url: string) => WebSocket;

export interface Resumed {
  readonly accepted: number;
  readonly objects: readonly string[];
}

export interface Session {
  start(taken: number): Promise<Resumed>;
  push(messages: string, taken: number): Promise<number>;
  end(): Promise<void>;
}

interface FrontDoor {
  ping(): Promise<void>;
  open(secret: string): Promise<{ readonly secret: string }>;
  resume(secret: string, sink: (events: string) => void): Session;
}

export interface ConnectionPowers {
  readonly url: string;
  readonly secret: string;
  /** Undefined until there is a session. */
  readonly session: () => string | undefined;
  readonly WebSocket: WebSocketConstructor;
  /** Milliseconds. */
  readonly heartbeat: number;
  readonly began: (secret: string) => void;
  readonly taken: () => number;
  readonly sink: (events: string) => void;
  readonly resumed: (session: Session, resumed: Resumed) => void;
  readonly lost: () => void;
  /** The connection cannot be restored. */
  readonly ended: (reason: GatewayError) => void;
}

const FINAL: Readonly<Record<number, string>> = {
  4001: 'GATEWAY_REFUSED',
  4002: 'GATEWAY_REVOKED',
  4004: 'GATEWAY_PROTOCOL',
  4005: 'GATEWAY_ENDED',
  4006: 'GATEWAY_TAKEN_OVER',
};
const FINAL_CODES: readonly unknown[] = Object.values(FINAL);

const SHORTEST = 100;
const LONGEST = 10_000;
/** Intervals in which nothing was received, after which a connection is lost. The gateway is asked after the first. */
const SILENT = 2;

interface Heartbeat {
  readonly heard: () => void;
  readonly stop: () => void;
}

/** Finds connections whose peer vanished without closing them, which no event tells of. */
const beginHeartbeat = (interval: number, ask: () => void, lost: () => void): Heartbeat => {
  let hasHeard = false;
  let silent = 0;
  const timer = setInterval(() => {
    silent = hasHeard ? 0 : silent + 1;
    hasHeard = false;
    if (silent >= SILENT) lost();
    else if (silent > 0) ask();
  }, interval);
  return {
    heard: () => {
      hasHeard = true;
    },
    stop: () => clearInterval(timer),
  };
};

const ignore = (): void => undefined;

export const keepConnected = (powers: ConnectionPowers): { close(): void } => {
  let isClosed = false;
  let failures = 0;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopHeartbeat: () => void = ignore;

  const end = (code: string, message: string): void => {
    if (isClosed) return;
    isClosed = true;
    stopHeartbeat();
    socket?.close();
    powers.ended(new GatewayError(code, message));
  };

  const again = (): void => {
    if (isClosed) return;
    const most = Math.min(LONGEST, SHORTEST * 2 ** failures);
    failures += 1;
    // Clients that were cut off together do not come back together.
    timer = setTimeout(attempt, most * (0.5 + Math.random() / 2));
  };

  const greet = async (main: RpcStub<FrontDoor>, isOver: () => boolean): Promise<void> => {
    let secret = powers.session();
    if (secret === undefined) {
      ({ secret } = await main.open(powers.secret));
      if (isOver()) return;
      powers.began(secret);
    }
    // Events may come before the news that the session goes on, on which their names rest.
    let early: string[] | undefined = [];
    const session = main.resume(secret, (events) => {
      // What comes over a connection that was given up comes again over the next one.
      if (isOver()) return;
      if (early === undefined) powers.sink(events);
      else early.push(events);
    });
    const resumed = await session.start(powers.taken());
    if (isOver()) return;
    failures = 0;
    powers.resumed(session, resumed);
    early.forEach(powers.sink);
    early = undefined;
  };

  const attempt = (): void => {
    const made = new powers.WebSocket(powers.url);
    socket = made;
    let isOver = false;
    let main: RpcStub<FrontDoor> | undefined;
    const over = (code?: number, reason?: string): void => {
      if (isOver) return;
      isOver = true;
      heartbeat.stop();
      const final = FINAL[code ?? 0];
      if (final !== undefined) end(final, reason ?? final);
      powers.lost();
      again();
    };
    const heartbeat = beginHeartbeat(
      powers.heartbeat,
      () => {
        main?.ping().then(ignore, ignore);
      },
      () => {
        over();
        made.close();
      },
    );
    stopHeartbeat = heartbeat.stop;
    made.addEventListener('close', ({ code, reason }) => over(code, reason));
    made.addEventListener('error', () => over());
    made.addEventListener('message', heartbeat.heard);
    made.addEventListener('open', () => {
      heartbeat.heard();
      main = new RpcSession<FrontDoor>(transportOver(made)).getRemoteMain();
      greet(main, () => isOver).catch((error: unknown) => {
        if (isOver) return;
        const { code, message } = error as { readonly code?: unknown; readonly message: string };
        if (FINAL_CODES.includes(code)) end(String(code), message);
        else made.close();
      });
    });
  };

  attempt();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      stopHeartbeat();
      socket?.close();
    },
  };
};
