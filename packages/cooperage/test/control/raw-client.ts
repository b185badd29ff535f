/** A client that sends whatever bytes a test wants. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { makeFrameReader } from '../../src/control/frames.js';

export const frame = (value: unknown): Buffer => {
  const text = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(text.length);
  return Buffer.concat([head, text]);
};

export const GREETING = frame({ protocol: 'cooperage-control', version: 1 });

export interface RawClient {
  readonly socket: Socket;
  /** The next frame of the kernel; undefined when the connection has ended. */
  next(): Promise<Record<string, unknown> | undefined>;
}

export const rawClient = async (directory: string): Promise<RawClient> => {
  const socket = connect(join(directory, 'control.sock'));
  const reader = makeFrameReader(() => 2 ** 31);
  const frames: unknown[] = [];
  let isEnded = false;
  let wake = (): void => undefined;
  socket.on('data', (bytes) => {
    reader.add(bytes);
    for (let each = reader.next(); each !== undefined; each = reader.next())
      frames.push(each.value);
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isEnded = true;
    wake();
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return {
    socket,
    next: async () => {
      while (frames.length === 0 && !isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return frames.shift() as Record<string, unknown> | undefined;
    },
  };
};
