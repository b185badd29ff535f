/** A session, as clients reach it over capnweb. */
import { RpcStub, RpcTarget } from 'capnweb';
import type { CooperageError } from '@cooperage/types';
import { asRefusal, refuse } from '../refusals.js';
import type { Session, SessionLink } from '../sessions/session.js';

/** The function of the client that takes events. */
type Sink = ((events: string) => PromiseLike<unknown>) & { dup(): Sink } & Disposable;

/** Batches of events that a client has not confirmed. */
const UNCONFIRMED = 4;

export interface SessionTargetPowers {
  readonly session: Session;
  readonly sink: unknown;
  readonly finish: (session: Session) => Promise<void>;
  readonly endConnection: (reason: CooperageError) => void;
}

export class SessionTarget extends RpcTarget {
  readonly #session: Session;
  readonly #finish: SessionTargetPowers['finish'];
  readonly #endConnection: (reason: CooperageError) => void;
  readonly #link: SessionLink;
  readonly #over: () => void;

  constructor({ session, sink, finish, endConnection }: SessionTargetPowers) {
    super();
    if (!(sink instanceof RpcStub)) throw refuse('GATEWAY_PROTOCOL', 'no function handles events');
    const taker = (sink as unknown as Sink).dup();
    let isOver = false;
    let unconfirmed = 0;
    let wake: (() => void) | undefined;
    const confirmed = (): void => {
      unconfirmed -= 1;
      wake?.();
    };
    this.#session = session;
    this.#finish = finish;
    this.#endConnection = endConnection;
    this.#link = {
      send: (events) => {
        unconfirmed += 1;
        taker(JSON.stringify(events)).then(confirmed, confirmed);
      },
      whenRoom: async () => {
        while (!isOver && unconfirmed >= UNCONFIRMED) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      end: endConnection,
    };
    this.#over = () => {
      isOver = true;
      wake?.();
    };
  }

  /** @param taken the newest event that the client has, of an earlier connection */
  start(taken: unknown): unknown {
    if (!Number.isSafeInteger(taken)) throw refuse('GATEWAY_PROTOCOL', 'no number');
    return this.#session.resume(this.#link, taken as number);
  }

  /** Numbered messages, as JSON. Resolves with the newest that was accepted, once that is durable. */
  async push(messages: unknown, taken: unknown): Promise<number> {
    try {
      return await this.#session.push(this.#link, messages, taken);
    } catch (error) {
      // What a client says in order cannot go on without this.
      this.#endConnection(asRefusal(error));
      throw asRefusal(error);
    }
  }

  /** Lets go of all that the session holds. */
  end(): Promise<void> {
    return this.#finish(this.#session);
  }

  leave(): void {
    this.#session.leave(this.#link);
    this.#over();
  }
}
