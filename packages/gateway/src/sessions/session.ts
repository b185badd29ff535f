/**
 * One client that may come and go. What it sends is numbered and taken once, together with what it causes; what vats send it
 * stays an open output of the kernel until the client has it. So the end of either process loses nothing and repeats nothing.
 */
import {
  type CapData,
  type CooperageError,
  errorCapData,
  type KObject,
  type KPromise,
  type KRef,
} from '@cooperage/types';
import type { GatewayInput, GatewayPort } from 'cooperage/gateway-port';
import type { GatewayLimits } from '../limits.js';
import { asRefusal, refuse } from '../refusals.js';
import { makeOutbox, type Outbox, type Waiting } from './outbox.js';
import { type ClientMessage, methargsOf, readMessages, type WireData } from './protocol.js';
import type { SessionRows } from './session-rows.js';

/** What the client is sent, in this order: an event that it has taken it is never sent again. */
export type SessionEvent =
  | readonly [number: number, kind: 'call', object: string, body: string, slots: readonly string[]]
  | readonly [
      number: number,
      kind: 'settle',
      promise: string,
      code: string | null,
      body: string,
      slots: readonly string[],
    ]
  | readonly [number: 0, kind: 'drop', object: string, accepted: number];

/** The connection of a client that is here. */
export interface SessionLink {
  send(events: readonly SessionEvent[]): void;
  whenRoom(): Promise<void>;
  end(reason: CooperageError): void;
}

export interface Session {
  readonly id: string;
  readonly isConnected: boolean;
  readonly waiting: number;
  /** @returns the newest message that was accepted, and the objects of the client that vats have */
  resume(
    link: SessionLink,
    taken: number,
  ): { readonly accepted: number; readonly objects: readonly string[] };
  leave(link: SessionLink): void;
  /**
   * @param from the connection over which it came: once another has taken the session over, nothing of it is accepted
   * @returns the newest message that was accepted, once that is durable
   */
  push(from: SessionLink, text: unknown, taken: unknown): Promise<number>;
  called(number: number, object: KObject, methargs: CapData<KRef>): void;
  /** @returns whether it waits for this news */
  settled(number: number, kp: KPromise): boolean;
  /** @returns whether it was an object of this client */
  dropped(object: KObject): boolean;
  /** @returns the name of the object with which it begins */
  begin(object: KObject, also: (input: GatewayInput) => void): Promise<string>;
  /** Lets go of everything, and tells those who wait for the client. */
  end(reason: CooperageError, also: (input: GatewayInput) => void): Promise<void>;
}

export interface SessionPowers {
  readonly port: GatewayPort;
  /** Reads what the store has of the session. */
  readonly open: () => SessionRows;
  readonly limits: GatewayLimits;
  readonly today: () => number;
}

const insistModest = (
  { port, limits }: Pick<SessionPowers, 'port' | 'limits'>,
  rows: SessionRows,
  outbox: Outbox,
  messages: readonly ClientMessage[],
): void => {
  for (const message of messages) {
    if (message.kind === 'release') continue;
    const { body, slots } = message.kind === 'send' ? message.args : message.data;
    port.insistReadable({
      body,
      slots: slots.map((name) => (/^[oc]/.test(name) ? 'ko1' : 'kp1')),
    });
  }
  if (outbox.size > limits.waiting) {
    throw refuse(
      'GATEWAY_LIMIT',
      `${limits.waiting} events wait for this client: acknowledge those that it has received`,
    );
  }
  if (rows.count > limits.references) {
    throw refuse(
      'GATEWAY_LIMIT',
      `the limit of ${limits.references} references of a client is reached: release some`,
    );
  }
};

/** Calls of which the client does not know that they were answered do not count. */
const roomFor = (
  limits: GatewayLimits,
  rows: SessionRows,
  outbox: Outbox,
  messages: readonly ClientMessage[],
): number => {
  let open = rows.unsettled;
  for (const { kind } of outbox.all()) if (kind === 'settle') open -= 1;
  const room = Math.max(0, limits.inFlight - open);
  // Answers of the client are what others wait for.
  const first = messages.findIndex(({ kind }) => kind === 'send');
  return Math.max(room, first === -1 ? messages.length : first);
};

const takenOver = (): CooperageError =>
  refuse('GATEWAY_TAKEN_OVER', 'another client continues this session');

const gone = (name: string): CooperageError =>
  refuse('GATEWAY_PROTOCOL', `this session has no reference ${name}`);

const eventOf = (rows: SessionRows, input: GatewayInput, waiting: Waiting): SessionEvent => {
  const { number, kind, kref, data, code } = waiting;
  const slots = data.slots.map((slot) => rows.give(input, slot));
  const name = rows.nameOf(kref) ?? '';
  return kind === 'call'
    ? [number, 'call', name, data.body, slots]
    : [number, 'settle', name, code, data.body, slots];
};

/** Events that are sent at once. */
const BATCH = 200;

/** Before a client asks again for which there is no room. */
const PAUSE = 20;

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, PAUSE).unref();
  });

export const makeSession = ({ port, open, limits, today }: SessionPowers): Session => {
  let rows = open();
  const outbox = makeOutbox();
  let link: SessionLink | undefined;
  /** The newest connection, also when it is lost. */
  let owner: SessionLink | undefined;
  /** The newest event that was sent over the present link. */
  let sent = 0;
  let isSending = false;
  /** The reason for which the session ends, from the moment at which that begins. */
  let over: CooperageError | undefined;

  const find = (name: string): KRef => {
    const kref = rows.krefOf(name);
    if (kref === undefined || !port.isThere(kref)) throw gone(name);
    return kref;
  };

  const slotsOf = (input: GatewayInput, { slots }: WireData): KRef[] =>
    slots.map((name) =>
      name.startsWith('c') && rows.krefOf(name) === undefined
        ? rows.takeObject(input, name)
        : find(name),
    );

  let isAbandoned = false;
  /** Once the kernel has taken a failed change back: by the next change, which may come in the same turn. */
  const readAgain = (): void => {
    if (!isAbandoned) return;
    isAbandoned = false;
    rows = open();
  };

  /** If it fails nothing has happened, here as in the kernel. */
  const change = <T>(act: (input: GatewayInput) => T): Promise<T> =>
    port.change((input) => {
      readAgain();
      try {
        return outbox.orRestore(() => act(input));
      } catch (thrown) {
        rows.abandon();
        isAbandoned = true;
        queueMicrotask(readAgain);
        throw thrown;
      }
    });

  const acts: {
    readonly [Kind in ClientMessage['kind']]: (
      input: GatewayInput,
      message: ClientMessage & { readonly kind: Kind },
    ) => void;
  } = {
    send: (input, { n, target, method, args }) => {
      const to = find(target);
      const slots = slotsOf(input, args);
      rows.answerOf(input, n, to, { body: methargsOf(method, args), slots });
    },
    answer: (input, { event, isReject, data }) => {
      const waiting = outbox.find(event);
      if (waiting?.kind !== 'call') throw refuse('GATEWAY_PROTOCOL', `no call ${event} is open`);
      const slots = slotsOf(input, data);
      input.settleOutput(event, { isReject, data: { body: data.body, slots } });
      outbox.remove(event);
    },
    release: (input, { names, taken }) => {
      for (const name of names) {
        const kref = rows.krefOf(name);
        if (kref === undefined || name.startsWith('c')) continue;
        // It is on its way to the client once more.
        const isNamed = outbox
          .all()
          .some(({ number, data }) => number > taken && data.slots.includes(kref));
        if (!isNamed) rows.releaseReference(input, name);
      }
    },
  };

  const perform = (input: GatewayInput, message: ClientMessage): void => {
    if (message.kind === 'send') acts.send(input, message);
    else if (message.kind === 'answer') acts.answer(input, message);
    else acts.release(input, message);
  };

  /** Of promises the client knows what became of them; calls stay until they are answered. */
  const settleTaken = (input: GatewayInput, taken: number): void => {
    for (const { number, kind, kref } of outbox.all()) {
      if (number > taken) break;
      if (kind !== 'settle') continue;
      outbox.remove(number);
      const name = rows.nameOf(kref);
      input.settleOutput(number);
      if (name !== undefined) rows.releaseReference(input, name);
    }
  };

  const accept =
    (messages: readonly ClientMessage[], taken: number) =>
    (input: GatewayInput): void => {
      for (const message of messages) {
        if (message.n !== rows.accepted + 1) {
          throw refuse('GATEWAY_PROTOCOL', `message ${rows.accepted + 1} is next`);
        }
        perform(input, message);
        rows.accepted = message.n;
      }
      // Afterwards, because the messages may name what was settled.
      settleTaken(input, taken);
      rows.usedOn = today();
      rows.saveProgress(input);
    };

  const sendSome = async (to: SessionLink): Promise<boolean> => {
    const next = outbox
      .all()
      .filter(({ number }) => number > sent)
      .slice(0, BATCH);
    if (next.length === 0) return false;
    const events = await change((input) => next.map((each) => eventOf(rows, input, each)));
    // The client may use the names that it is told, also after a restart.
    await port.flush();
    if (link !== to) return false;
    sent = next.at(-1)?.number ?? sent;
    to.send(events);
    await to.whenRoom();
    return link === to;
  };

  const pump = async (): Promise<void> => {
    if (isSending) return;
    isSending = true;
    try {
      while (link !== undefined) {
        const to = link;
        if (!(await sendSome(to)) && link === to) break;
      }
    } catch (error) {
      // The kernel was closed, and with it ends the gateway.
      link?.end(asRefusal(error));
    } finally {
      isSending = false;
    }
  };

  const addEvent = (waiting: Waiting): void => {
    outbox.add(waiting);
    if (link !== undefined) void pump();
  };

  const reject = (number: number, code: 'QUEUE_FULL' | 'GATEWAY_ENDED', message: string): void => {
    const data = errorCapData(`${code}: ${message}`);
    void port.change((input) => input.settleOutput(number, { isReject: true, data }));
  };

  return {
    get id() {
      return rows.id;
    },
    get isConnected() {
      return link !== undefined;
    },
    get waiting() {
      return outbox.size;
    },
    resume: (to, taken) => {
      link?.end(takenOver());
      link = to;
      owner = to;
      sent = taken;
      // Calls that the client has taken and not answered are its own to answer.
      queueMicrotask(() => void pump());
      return {
        accepted: rows.accepted,
        objects: rows.names().filter((name) => name.startsWith('c')),
      };
    },
    leave: (from) => {
      if (link === from) link = undefined;
    },
    push: async (from, text, taken) => {
      const messages = readMessages(text);
      if (!Number.isSafeInteger(taken)) throw refuse('GATEWAY_PROTOCOL', 'no number');
      insistModest({ port, limits }, rows, outbox, messages);
      const room = roomFor(limits, rows, outbox, messages);
      await change((input) => {
        if (over !== undefined) throw over;
        // The client that took it over numbers its messages from what was accepted by then.
        if (owner !== from) throw takenOver();
        // What came before a connection was lost may come again.
        const fresh = messages.filter(({ n }) => n > rows.accepted).slice(0, room);
        accept(fresh, taken as number)(input);
      });
      await port.flush();
      if (room === 0) await pause();
      return rows.accepted;
    },
    called: (number, object, methargs) => {
      if (outbox.size >= limits.waiting) {
        reject(
          number,
          'QUEUE_FULL',
          `${limits.waiting} calls wait for this client: wait for their answers`,
        );
        return;
      }
      addEvent({ number, kind: 'call', kref: object, data: methargs, code: null });
    },
    settled: (number, kp) => {
      const isTold = outbox.all().some(({ kind, kref }) => kind === 'settle' && kref === kp);
      if (isTold) return false;
      const { state, data } = port.promise(kp);
      const code = state === 'rejected' ? (data?.by?.code ?? 'VAT_REJECTED') : null;
      addEvent({ number, kind: 'settle', kref: kp, data: data as CapData<KRef>, code });
      return true;
    },
    dropped: (object) => {
      const name = rows.objectDropped(object);
      if (name === undefined) return false;
      link?.send([[0, 'drop', name, rows.accepted]]);
      return true;
    },
    begin: async (object, also) => {
      const name = await change((input) => {
        also(input);
        rows.usedOn = today();
        return rows.give(input, object);
      });
      await port.flush();
      return name;
    },
    end: async (reason, also) => {
      if (over !== undefined) return;
      over = reason;
      const data = errorCapData(`GATEWAY_ENDED: ${reason.message}`);
      await change((input) => {
        for (const { number, kind } of outbox.all()) {
          input.settleOutput(number, kind === 'call' ? { isReject: true, data } : undefined);
        }
        rows.forget(input);
        also(input);
      });
      outbox.clear();
      await port.flush();
      link?.end(reason);
      link = undefined;
    },
  };
};
