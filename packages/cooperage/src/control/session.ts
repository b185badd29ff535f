/** One client of the control socket, from its greeting until it leaves. */
import { url as inspectorUrl } from 'node:inspector';
import type { Socket } from 'node:net';
import { CooperageError } from '@cooperage/types';
import { performCall } from './calls.js';
import { encodeFrame, makeFrameReader } from './frames.js';
import { makeHeldRefs } from './message.js';
import type { ControlParts } from './parts.js';
import {
  CONTROL_LIMITS,
  insistGreeting,
  insistRequest,
  PROTOCOL,
  type Request,
  sendableError,
  VERSION,
} from './protocol.js';

export interface Session {
  /** Begins no more calls, and cancels streams. */
  refuseMore(): void;
  /** The same, and ends the connection when the other calls are answered. */
  end(): void;
  /** Ends the connection now. */
  destroy(): void;
}

export interface SessionPowers {
  readonly socket: Socket;
  readonly parts: ControlParts;
  readonly directory: string;
  readonly onGone: () => void;
}

export const makeSession = ({ socket, parts, directory, onGone }: SessionPowers): Session => {
  const held = makeHeldRefs();
  const calls = new Map<number, AbortController>();
  let isGreeted = false;
  let isRefusing = false;
  let isEnding = false;
  const reader = makeFrameReader(() =>
    isGreeted ? CONTROL_LIMITS.request : CONTROL_LIMITS.greeting,
  );

  // A client that is attached and idle keeps no process alive.
  socket.unref();
  const patience = setTimeout(() => {
    // The greeting may have come while a debugger had stopped the process.
    if (inspectorUrl() === undefined) socket.destroy();
  }, CONTROL_LIMITS.patience);
  patience.unref();

  const isSlow = (): boolean => socket.writableLength > CONTROL_LIMITS.buffered;

  const write = (frame: unknown): void => {
    if (!socket.writable) return;
    socket.write(encodeFrame(frame, CONTROL_LIMITS.answer));
    // Who does not read its answers is not asked for more questions.
    if (isSlow()) socket.pause();
  };

  const answer = (id: number, result: unknown): void => {
    try {
      write({ id, result: result ?? null });
    } catch (error) {
      write({ id, error: sendableError(error) });
    }
  };

  const finish = (id: number): void => {
    calls.delete(id);
    if (calls.size > 0) return;
    socket.unref();
    if (isEnding) socket.end();
  };

  const begin = async ({ id, call, args }: Request): Promise<void> => {
    const controller = new AbortController();
    calls.set(id, controller);
    socket.ref();
    const emit = (event: unknown): boolean => {
      if (isSlow() || controller.signal.aborted) return false;
      write({ id, event });
      return true;
    };
    try {
      const context = { parts, held, emit, signal: controller.signal };
      answer(id, await performCall(context, call, args));
    } catch (error) {
      write({ id, error: sendableError(error) });
    } finally {
      finish(id);
    }
  };

  const refuse = (error: unknown): void => {
    if (socket.writable) write({ error: sendableError(error) });
    socket.destroySoon();
  };

  const insistRoom = (id: number): void => {
    if (calls.has(id)) {
      throw new CooperageError('CONTROL_PROTOCOL', `request ${id} is still open: use another id`);
    }
    if (calls.size >= CONTROL_LIMITS.requests) {
      throw new CooperageError(
        'CONTROL_LIMIT',
        `${CONTROL_LIMITS.requests} requests are open on this connection, which is the limit: wait for answers`,
      );
    }
  };

  const take = (value: unknown): void => {
    if (!isGreeted) {
      insistGreeting(value);
      isGreeted = true;
      clearTimeout(patience);
      write({ protocol: PROTOCOL, version: VERSION, pid: process.pid, directory });
      return;
    }
    const request = insistRequest(value);
    if ('cancel' in request) {
      calls.get(request.id)?.abort();
      return;
    }
    try {
      if (isRefusing) throw new CooperageError('CLOSED', 'the kernel is being closed');
      insistRoom(request.id);
    } catch (error) {
      write({ id: request.id, error: sendableError(error) });
      return;
    }
    void begin(request);
  };

  const work = (): void => {
    try {
      while (!socket.isPaused() && !socket.destroyed) {
        const frame = reader.next();
        if (frame === undefined) return;
        take(frame.value);
      }
    } catch (error) {
      refuse(error);
    }
  };

  socket.on('data', (bytes: Buffer) => {
    reader.add(bytes);
    work();
  });
  socket.on('drain', () => {
    if (!socket.isPaused()) return;
    socket.resume();
    work();
  });
  // What became of the connection is seen when it closes.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(patience);
    for (const controller of calls.values()) controller.abort();
    held.releaseAll();
    onGone();
  });

  const refuseMore = (): void => {
    isRefusing = true;
    for (const controller of calls.values()) controller.abort();
  };

  return {
    refuseMore,
    end: () => {
      isEnding = true;
      refuseMore();
      if (calls.size === 0) socket.end();
    },
    destroy: () => socket.destroy(),
  };
};
