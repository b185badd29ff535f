/** The other end of the control socket: how a command asks a kernel that runs. */
import { connect, type Socket } from 'node:net';
import { asError, codeOf, CooperageError, messageOf } from '@cooperage/types';
import { encodeFrame, makeFrameReader } from './frames.js';
import {
  CONTROL_LIMITS,
  PROTOCOL,
  protocolError,
  receivedError,
  type Reply,
  VERSION,
  type Welcome,
} from './protocol.js';
import { addressOf, findSocket } from './socket-path.js';

export interface ControlClient {
  readonly pid: number;
  /**
   * @param onEvent gets the events of a call that goes on
   * @param signal cancels the call
   * @throws {CooperageError} what the kernel refuses it with; `CONTROL_LOST` where the kernel ended first
   */
  call(
    name: string,
    args?: object,
    onEvent?: (event: unknown) => void,
    signal?: AbortSignal,
  ): Promise<unknown>;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Where no kernel listens, or none that this user may ask. */
const ABSENT = ['ENOENT', 'ECONNREFUSED', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOTSOCK', 'EINVAL'];

const open = (address: string): Promise<Socket | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      if (ABSENT.includes(codeOf(error) ?? '')) resolve(undefined);
      else reject(new CooperageError('CONTROL_UNAVAILABLE', messageOf(error), { cause: error }));
    });
  });

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly onEvent: (event: unknown) => void;
}

const attach = async (socket: Socket, directory: string): Promise<ControlClient> => {
  const reader = makeFrameReader(() => CONTROL_LIMITS.answer);
  const waiting = new Map<number, Waiting>();
  let lastID = 0;
  let failure: Error | undefined;
  let welcome: Welcome | undefined;
  let greeted: (thrown?: Error) => void = () => undefined;
  const greeting = new Promise<void>((resolve, reject) => {
    greeted = (thrown?: Error) => (thrown === undefined ? resolve() : reject(thrown));
  });

  const take = (value: unknown): void => {
    const reply = value as Partial<Reply> & { readonly error?: unknown };
    if (reply.id === undefined && 'error' in reply) throw receivedError(reply.error);
    if (welcome === undefined) {
      welcome = value as Welcome;
      if (welcome.protocol !== PROTOCOL) throw protocolError('this is not a control socket');
      greeted();
      return;
    }
    const waits = waiting.get(reply.id ?? 0);
    if (waits === undefined) return;
    if ('event' in reply) {
      waits.onEvent(reply.event);
      return;
    }
    waiting.delete(reply.id as number);
    if ('error' in reply) waits.reject(receivedError(reply.error));
    else waits.resolve((reply as { readonly result: unknown }).result);
  };

  socket.on('data', (bytes: Buffer) => {
    reader.add(bytes);
    try {
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) take(frame.value);
    } catch (error) {
      failure = asError(error);
      socket.destroy();
    }
  });
  socket.on('error', (error) => {
    failure ??= error;
  });
  const lost = (): Error =>
    failure ??
    new CooperageError(
      'CONTROL_LOST',
      `the kernel in ${directory} ended before it answered; it is not known whether it did what was asked`,
    );
  const ended = new Promise<void>((resolve) => {
    socket.on('close', () => {
      greeted(lost());
      for (const { reject } of waiting.values()) reject(lost());
      waiting.clear();
      resolve();
    });
  });
  const write = (value: unknown): void =>
    void socket.write(encodeFrame(value, CONTROL_LIMITS.request));

  write({ protocol: PROTOCOL, version: VERSION });
  await greeting;
  return {
    pid: welcome?.pid ?? 0,
    ended,
    close: () => socket.end(),
    call: (name, args = {}, onEvent = () => undefined, signal) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed || socket.writableEnded) {
          reject(lost());
          return;
        }
        const id = (lastID += 1);
        waiting.set(id, { resolve, reject, onEvent });
        const cancel = (): void => write({ id, cancel: true });
        try {
          write({ id, call: name, args });
          if (signal?.aborted === true) cancel();
          else signal?.addEventListener('abort', cancel, { once: true });
        } catch (error) {
          waiting.delete(id);
          reject(asError(error));
        }
      }),
  };
};

/**
 * The kernel that runs in a directory; undefined where none runs, or none that this user may ask.
 * @throws {CooperageError} `CONTROL_UNAVAILABLE`, `CONTROL_PROTOCOL`
 */
export const connectControl = async (directory: string): Promise<ControlClient | undefined> => {
  const address = addressOf(findSocket(directory));
  if (address === undefined) return undefined;
  const socket = await open(address);
  return socket === undefined ? undefined : attach(socket, directory);
};
