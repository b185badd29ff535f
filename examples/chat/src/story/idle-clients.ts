/** Clients that are connected and idle, and a kernel that keeps one vat in memory at a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openChat } from '../host.js';
import { type Guest, makeGuest } from './guest.js';

export interface IdleOptions {
  readonly clients: number;
  readonly rooms: number;
  /** How long processor time is measured. */
  readonly seconds: number;
  readonly say?: (line: string) => void;
}

export interface IdleEnd {
  /** Whether the chat's vat was in memory while all clients were connected. */
  readonly isOnline: boolean;
  readonly connections: number;
  /** Milliseconds a second, of the server and the clients together. */
  readonly processorPerSecond: number;
  /** The clients that heard a message in one room afterwards, and the clients of that room. */
  readonly heard: number;
  readonly inRoom: number;
}

const QUESTION = 'Is anyone there?';
const BUSY = fileURLToPath(new URL('../../dist/vats/busy.js', import.meta.url));

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await sleep(20);
};

const fillRoom = async (first: Guest, people: number): Promise<Guest[]> => {
  await first.enter();
  const guests = [first];
  while (guests.length < people) {
    const { url } = await first.client.root.invite(`number ${guests.length}`);
    guests.push(makeGuest(`number ${guests.length}`, url));
  }
  await Promise.all(guests.slice(1).map((guest) => guest.enter()));
  return guests;
};

const processorTime = async (seconds: number): Promise<number> => {
  if (seconds === 0) return 0;
  const before = process.cpuUsage();
  await sleep(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / seconds;
};

export const playIdle = async (options: IdleOptions): Promise<IdleEnd> => {
  const { clients, rooms: count, seconds, say = () => undefined } = options;
  const chat = await openChat({
    port: 0,
    hasPage: false,
    config: { maxVatsOnline: 1, threads: 1, vats: { busy: { source: BUSY } } },
  });
  const rooms: Guest[][] = [];
  try {
    for (let i = 0; i < count; i += 1) {
      const host = makeGuest('host', await chat.openRoom(`room ${i + 1}`));
      rooms.push(await fillRoom(host, Math.floor(clients / count)));
      if (rooms.length % 10 === 0) say(`${rooms.flat().length} clients are connected`);
    }
    const all = rooms.flat();
    await until(
      () =>
        chat.kernel.stats().openOutputs === 0 && all.every(({ client }) => client.pending === 0),
    );
    // Another vat takes the only place in memory.
    await chat.kernel.send('busy', 'work');
    await chat.kernel.run();
    const started: string[] = [];
    chat.kernel.on('worker-started', ({ vatID }) => started.push(vatID));
    const { connections } = chat.gateway.stats();
    const processorPerSecond = await processorTime(seconds);
    const [speaking = []] = rooms;
    const n = await (speaking[0] as Guest).client.root.say(QUESTION);
    await until(() => speaking.every(({ heard }) => heard.at(-1)?.n === n));
    const heard = all.filter((guest) => guest.heard.some(({ text }) => text === QUESTION));
    // The vat was in memory if no worker was started for the message.
    const isOnline = started.length === 0;
    return {
      isOnline,
      connections,
      processorPerSecond,
      heard: heard.length,
      inRoom: speaking.length,
    };
  } finally {
    for (const { client } of rooms.flat()) client.close();
    await chat.close();
  }
};
