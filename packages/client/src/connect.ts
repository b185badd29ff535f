import {
  keepConnected,
  type Resumed,
  type Session,
  type WebSocketConstructor,
} from './connection.js';
import { GatewayError } from './gateway-error.js';
import { makeReferences, type References } from './references.js';
import { insistArguments } from './insist-arguments.js';
import { decode, encode, type EncodeOptions, type WireData } from './smallcaps.js';
import type { Remote } from './types.js';

export type Status = 'connecting' | 'connected' | 'ended';

export interface ConnectOptions {
  /** The session of an earlier client (its `session`), to continue it. */
  readonly session?: string;
  /**
   * Objects that vats call. A client that continues a session passes the same objects in the same order, and they are
   * bound again. Other objects can be passed at any time, and stay bound while this client lives.
   */
  readonly objects?: readonly object[];
  readonly onStatus?: (status: Status, reason?: GatewayError) => void;
  /** Needed where there is no global one: `import { WebSocket } from 'ws'`. */
  readonly WebSocket?: WebSocketConstructor;
  /** The address of the gateway, if the URL is that of a page. */
  readonly gateway?: string;
  /**
   * Milliseconds after which a silent gateway is asked whether it is there. If it is silent for twice as long, the
   * client reconnects. 30,000 unless given.
   */
  readonly heartbeat?: number;
}

export interface Client<T> {
  /** The object behind the URL. */
  readonly root: Remote<T>;
  /** The secret of the session, once it exists. Keep it as safe as the URL. */
  readonly session: string | undefined;
  readonly status: Status;
  /** Messages that are not acknowledged yet. */
  readonly pending: number;
  /** Ends the connection. The session stays, with everything that waits for it. */
  readonly close: () => void;
  /** Ends the session and releases its references. */
  readonly end: () => Promise<void>;
}

interface Pending {
  readonly n: number;
  readonly message: readonly unknown[];
  /**
   * The newest event that had arrived when it was written, if it names an answer: the name must stay valid until the
   * message has arrived.
   */
  readonly taken: number;
}

/** Messages that are sent at once. */
const BATCH = 100;
/** Milliseconds after which received events are acknowledged, if no other message does it. */
const CONFIRM = 50;

/** Milliseconds. */
const HEARTBEAT = 30_000;

const webSocketOf = (given: WebSocketConstructor | undefined): WebSocketConstructor => {
  const found = given ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (found !== undefined) return found;
  throw new GatewayError(
    'BAD_ARGUMENT',
    'this runtime has no WebSocket: pass that of `ws`, connect(url, { WebSocket })',
  );
};

const addressOf = (url: string, gateway?: string): { address: string; secret: string } => {
  const at = url.indexOf('#');
  const address = new URL(gateway ?? url.slice(0, at === -1 ? undefined : at));
  address.protocol = address.protocol.replace('http', 'ws');
  address.hash = '';
  if (at === -1)
    throw new GatewayError('BAD_ARGUMENT', 'a capability URL has a secret as its fragment');
  return { address: address.href, secret: url.slice(at + 1) };
};

interface Outgoing {
  /** @param names of references in the message */
  add(write: (n: number) => readonly unknown[], names?: readonly string[]): number;
  /** Events were received: acknowledge them soon. */
  confirmSoon(): void;
  resumed(session: Session, accepted: number): void;
  /** Renumbers waiting messages: the gateway has accepted this many from an earlier client. */
  renumber(to: (name: string) => string, by: number): void;
  lost(): void;
  readonly length: number;
}

/** Renames references in a message that is not sent yet. */
const renamed = (
  [n, kind, ...rest]: readonly unknown[],
  to: (name: string) => string,
  by: number,
): readonly unknown[] => {
  if (kind !== 'send') return [(n as number) + by, kind, ...rest];
  const [target, method, body, slots] = rest as [string, unknown, unknown, readonly string[]];
  return [(n as number) + by, kind, to(target), method, body, slots.map(to)];
};

/** Numbered messages. They are sent again until the gateway has made them durable. */
const makeOutgoing = (taken: () => number): Outgoing => {
  let pending: Pending[] = [];
  let last = 0;
  let session: Session | undefined;
  let isSending = false;
  let confirmed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const accept = (accepted: number): void => {
    pending = pending.filter(({ n }) => n > accepted);
  };

  const sendSome = async (to: Session): Promise<void> => {
    const batch = pending.slice(0, BATCH);
    const upTo = Math.min(taken(), ...pending.map((each) => each.taken));
    const accepted = await to.push(JSON.stringify(batch.map(({ message }) => message)), upTo);
    if (session !== to) return;
    confirmed = upTo;
    accept(accepted);
  };

  const pump = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    try {
      while (session !== undefined && (pending.length > 0 || confirmed < taken())) {
        await sendSome(session);
      }
    } catch {
      // The connection tells why, and comes back or ends.
    } finally {
      isSending = false;
    }
  };

  return {
    get length() {
      return pending.length;
    },
    add: (write, names = []) => {
      last += 1;
      const n = last;
      const isOfAnswers = names.some((name) => /^[ap]/.test(name));
      pending.push({ n, message: write(n), taken: isOfAnswers ? taken() : Infinity });
      queueMicrotask(() => void pump());
      return n;
    },
    confirmSoon: () => {
      clearTimeout(timer);
      timer = setTimeout(() => void pump(), CONFIRM);
    },
    renumber: (to, by) => {
      last += by;
      pending = pending.map(({ n, message, ...rest }) => ({
        ...rest,
        n: n + by,
        message: renamed(message, to, by),
      }));
    },
    resumed: (made, accepted) => {
      accept(accepted);
      session = made;
      isSending = false;
      void pump();
    },
    lost: () => {
      session = undefined;
    },
  };
};

const deliver = async (
  object: object | undefined,
  method: string | undefined,
  args: readonly unknown[],
): Promise<unknown> => {
  if (object === undefined) throw new TypeError('the client has released this object');
  if (method === undefined) {
    if (typeof object !== 'function') throw new TypeError('this object is not a function');
    return (object as (...args: unknown[]) => unknown)(...args);
  }
  const name = method;
  const found: unknown = name in Object.prototype ? undefined : Reflect.get(object, name);
  if (typeof found !== 'function') throw new TypeError(`target has no method "${name}"`);
  return (found as (...args: unknown[]) => unknown).apply(object, [...args]);
};

/**
 * Connects to the object behind a capability URL, and reconnects by itself. Calls that are made without a connection
 * wait, and reach the vat once and in order.
 */
export const connect = <T>(url: string, options: ConnectOptions = {}): Client<T> => {
  insistArguments(url, options);
  const { address, secret } = addressOf(url, options.gateway);
  let { session } = options;
  let status: Status = 'connecting';
  let taken = 0;
  let isFirst = true;
  let live: Session | undefined;
  let reason: GatewayError | undefined;
  const outgoing = makeOutgoing(() => taken);

  const setStatus = (next: Status, why?: GatewayError): void => {
    if (status === next || status === 'ended') return;
    status = next;
    options.onStatus?.(next, why);
  };

  const write = (value: unknown, options: EncodeOptions): WireData =>
    encode(value, (object) => references.nameOf(object), options);

  const mention = (n: number, { slots }: WireData): void => {
    for (const name of slots) references.mention(name, n);
  };

  const send = (target: string, method: string | null, args: readonly unknown[]): unknown => {
    if (reason !== undefined) return Promise.reject(reason);
    let data: WireData;
    try {
      data = write(args, { path: 'args' });
    } catch (thrown) {
      return (async () => {
        throw thrown;
      })();
    }
    const names = [target, ...data.slots];
    const n = outgoing.add(
      (number) => [number, 'send', target, method, data.body, data.slots],
      names,
    );
    mention(n, data);
    return references.coming(`a${n}`);
  };

  const references: References = makeReferences({
    send,
    collected: (name) => {
      if (reason === undefined) outgoing.add((n) => [n, 'release', [name], taken]);
    },
  });
  (options.objects ?? []).forEach((object, i) => references.bind(`c${i + 1}`, object));

  const valueOf = (name: string): unknown => {
    if (name.startsWith('o')) return references.remote(name);
    if (name.startsWith('c')) return references.own(name);
    return references.coming(name);
  };

  const answer = (event: number, isReject: boolean, value: unknown): void => {
    let data: WireData;
    let isRejected = isReject;
    try {
      data = write(value, { path: 'the answer', isReason: isReject });
    } catch (error) {
      isRejected = true;
      data = write(error, { isReason: true });
    }
    mention(
      outgoing.add((n) => [n, 'answer', event, isRejected, data.body, data.slots], data.slots),
      data,
    );
  };

  const rejection = (code: string, value: unknown): unknown =>
    value instanceof Error ? Object.assign(value, { code }) : value;

  const take = (event: readonly unknown[]): void => {
    const [number, kind, name, ...rest] = event as [number, string, string, ...unknown[]];
    if (kind === 'drop') {
      references.drop(name, rest[0] as number);
      return;
    }
    // It came before the connection was lost.
    if (number <= taken) return;
    taken = number;
    if (kind === 'settle') {
      const [code, body, slots] = rest as [string | null, string, string[]];
      const value = decode({ body, slots }, valueOf);
      references.settle(name, code !== null, code === null ? value : rejection(code, value));
      return;
    }
    const [body, slots] = rest as [string, string[]];
    const [method, args] = decode({ body, slots }, valueOf) as [string | undefined, unknown[]];
    deliver(references.own(name), method, args).then(
      (value) => answer(number, false, value),
      (error: unknown) => answer(number, true, error),
    );
  };

  /** Messages of this client follow those of the earlier one. Its objects that are not bound again get other names. */
  const follow = ({ accepted, objects: known }: Resumed): void => {
    isFirst = false;
    const bound = options.objects?.length ?? 0;
    const next = Math.max(bound, ...known.map((name) => Number(name.slice(1))));
    const to = (name: string): string => {
      const number = Number(name.slice(1));
      if (name.startsWith('a')) return `a${number + accepted}`;
      return name.startsWith('c') && number > bound ? `c${number + next - bound}` : name;
    };
    outgoing.renumber(to, accepted);
    references.rename(to, accepted);
  };

  const connection = keepConnected({
    url: address,
    secret,
    session: () => session,
    WebSocket: webSocketOf(options.WebSocket),
    heartbeat: options.heartbeat ?? HEARTBEAT,
    began: (made) => {
      session = made;
    },
    taken: () => taken,
    sink: (events) => {
      for (const event of JSON.parse(events) as unknown[][]) take(event);
      outgoing.confirmSoon();
    },
    resumed: (made, said) => {
      const { accepted, objects } = said;
      live = made;
      if (isFirst) follow(said);
      references.keepOnly(objects, accepted);
      outgoing.resumed(made, accepted);
      setStatus('connected');
    },
    lost: () => {
      live = undefined;
      outgoing.lost();
      setStatus('connecting');
    },
    ended: (why) => {
      reason = why;
      references.rejectAll(why);
      setStatus('ended', why);
    },
  });

  const close = (): void => {
    connection.close();
    reason ??= new GatewayError('CLOSED', 'the client was closed');
    references.rejectAll(reason);
    setStatus('ended', reason);
  };

  return {
    root: references.remote('o1') as Remote<T>,
    get session() {
      return session;
    },
    get status() {
      return status;
    },
    get pending() {
      return outgoing.length;
    },
    close,
    end: async () => {
      try {
        await live?.end();
      } catch (error) {
        // The gateway ends the connection together with the session.
        if (status !== 'ended') throw error;
      }
      close();
    },
  };
};
