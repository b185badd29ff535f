/** One WebSocket, read no faster than its client may send, with every end coded. */
import type { CooperageError } from '@cooperage/types';
import { WebSocket } from 'ws';
import type { GatewayLimits } from '../limits.js';
import { CLOSE_CODES, closeReason, refuse } from '../refusals.js';

export interface Connection {
  /** The next message; rejects when there is none any more. */
  receive(): Promise<string>;
  send(message: string): void;
  /** More may be sent: what waits for a slow reader is short. */
  readonly hasRoom: boolean;
  /** Resolves when there is room, or the connection is closed. */
  whenRoom(): Promise<void>;
  /** Tells the client why, and ends. */
  readonly end: (reason: CooperageError) => void;
  /** Resolves with the reason. */
  readonly closed: Promise<CooperageError>;
  readonly isOpen: boolean;
}

/** How long what was not read may wait, in seconds at the allowed rate. */
const BURST = 2;

interface Bucket {
  /** Takes so much; tells how many milliseconds to wait before more is read. */
  take(amount: number): number;
}

const makeBucket = (perSecond: number, now: () => number): Bucket => {
  let level = perSecond * BURST;
  let last = now();
  return {
    take: (amount) => {
      const at = now();
      level = Math.min(perSecond * BURST, level + ((at - last) / 1_000) * perSecond) - amount;
      last = at;
      return level >= 0 ? 0 : (-level / perSecond) * 1_000;
    },
  };
};

/** A peer that does not answer a close is cut off. */
const GRACE = 2_000;
/** Milliseconds between two pings. They find connections whose peer has gone without a word. */
const HEARTBEAT = 30_000;
/** Pings without an answer after which a connection ends. A process that was stopped for a while reads late answers. */
const UNANSWERED = 2;
/** How often it is looked whether a slow reader has read. */
const LOOK = 20;

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

export const makeConnection = (
  socket: WebSocket,
  limits: GatewayLimits,
  heartbeat: number = HEARTBEAT,
): Connection => {
  const queue: string[] = [];
  let waiting:
    | { readonly resolve: (text: string) => void; readonly reject: (reason: unknown) => void }
    | undefined;
  let over: CooperageError | undefined;
  let tell!: (reason: CooperageError) => void;
  const closed = new Promise<CooperageError>((resolve) => {
    tell = resolve;
  });
  const now = (): number => performance.now();
  const messages = makeBucket(limits.messagesPerSecond, now);
  const bytes = makeBucket(limits.bytesPerSecond, now);
  let unanswered = 0;

  socket.on('pong', () => {
    unanswered = 0;
  });
  const pulse = setInterval(() => {
    // Answers of a client whose rate is exceeded are not read meanwhile.
    if (socket.isPaused) return;
    if (unanswered === UNANSWERED) {
      finish(refuse('GATEWAY_LOST', 'the client answers no ping'));
      socket.terminate();
      return;
    }
    unanswered += 1;
    socket.ping();
  }, heartbeat);
  pulse.unref();

  const finish = (reason: CooperageError): void => {
    if (over !== undefined) return;
    over = reason;
    clearInterval(pulse);
    waiting?.reject(reason);
    waiting = undefined;
    tell(reason);
  };

  const end = (reason: CooperageError): void => {
    if (over === undefined && socket.readyState === WebSocket.OPEN) {
      socket.close(CLOSE_CODES[reason.code] ?? 4000, closeReason(reason));
      setTimeout(() => socket.terminate(), GRACE).unref();
    }
    finish(reason);
  };

  const pauseFor = async (milliseconds: number): Promise<void> => {
    socket.pause();
    await sleep(milliseconds);
    if (over === undefined) socket.resume();
  };

  const tooLarge = refuse(
    'GATEWAY_LIMIT',
    `a frame has more than the limit of ${limits.frameBytes} bytes`,
  );
  const close = socket.close.bind(socket);
  // What the library ends with, when a frame is too large, names no reason.
  socket.close = (code, reason) =>
    close(code, code === 1009 && !reason ? closeReason(tooLarge) : reason);

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (over !== undefined) return;
    if (isBinary) {
      end(refuse('GATEWAY_PROTOCOL', 'frames are texts'));
      return;
    }
    const text = data.toString('utf8');
    const wait = Math.max(messages.take(1), bytes.take(data.length));
    if (wait > 0) void pauseFor(wait);
    if (waiting === undefined) queue.push(text);
    else {
      const { resolve } = waiting;
      waiting = undefined;
      resolve(text);
    }
  });
  socket.on('error', (error: Error & { code?: string }) =>
    finish(
      error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
        ? tooLarge
        : refuse('GATEWAY_PROTOCOL', 'the peer violated the WebSocket protocol'),
    ),
  );
  socket.on('close', () => finish(refuse('GATEWAY_LOST', 'the connection was closed')));

  return {
    closed,
    get isOpen() {
      return over === undefined;
    },
    get hasRoom() {
      return socket.bufferedAmount < limits.unsentBytes / 4;
    },
    whenRoom: async () => {
      while (over === undefined && socket.bufferedAmount >= limits.unsentBytes / 4) {
        await sleep(LOOK);
      }
    },
    end,
    receive: () => {
      const next = queue.shift();
      if (next !== undefined) return Promise.resolve(next);
      if (over !== undefined) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    send: (message) => {
      if (over !== undefined) return;
      socket.send(message);
      if (socket.bufferedAmount > limits.unsentBytes) {
        end(
          refuse(
            'GATEWAY_LIMIT',
            `more than ${limits.unsentBytes} bytes wait for this client: read faster`,
          ),
        );
        // It does not read: it would not read the reason either.
        setTimeout(() => socket.terminate(), GRACE).unref();
      }
    },
  };
};
