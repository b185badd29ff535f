/**
 * The story of capability URLs: guests speak in a room while its server is killed repeatedly, its vat is upgraded, and one
 * seat is revoked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../vats/types.js';
import { type Guest, makeGuest } from './guest.js';
import { makeServerProcess, type ServerProcess } from './server-process.js';

export interface StoryOptions {
  readonly directory: string;
  readonly guests: number;
  readonly kills: number;
  /** Milliseconds between two kills, or `answers`: a kill comes when each guest has three more answers. */
  readonly every: number | 'answers';
  /** Calls that each guest has open at a time. */
  readonly open?: number;
  readonly hasPage?: boolean;
  /** Called with the URL of one more seat before the guests speak. */
  readonly withSeat?: (url: string) => Promise<void>;
  readonly say?: (line: string) => void;
}

export interface StoryEnd {
  readonly messages: readonly Message[];
  /** The guests whose seats were not revoked. */
  readonly guests: readonly Guest[];
  readonly revoked: Guest;
  readonly kills: number;
  /** Each violation in words; empty if the story holds. */
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

/** All messages of the room, from its history. */
const readAll = async ({ client }: Guest): Promise<Message[]> => {
  const { newest } = await client.root.welcome();
  const pages: Message[][] = [];
  for (let before = newest + 1; before > 1; before -= 50) {
    pages.unshift([...(await client.root.history(before, 50))]);
  }
  return pages.flat();
};

const isInOrder = (messages: readonly Message[]): boolean =>
  messages.every(({ n }, i) => i === 0 || n === (messages[i - 1] as Message).n + 1);

const problemsOf = (messages: readonly Message[], guest: Guest): string[] => {
  const { name, heard, acknowledged } = guest;
  const problems: string[] = [];
  const byNumber = new Map(messages.map((message) => [message.n, message]));
  for (const [n, text] of acknowledged) {
    const found = byNumber.get(n);
    if (found?.text !== text || found.name !== name) {
      problems.push(`${name}: "${text}" was acknowledged as ${n} and is not there`);
    }
  }
  const own = messages.filter((each) => each.kind === 'said' && each.name === name);
  if (new Set(own.map(({ text }) => text)).size !== own.length) {
    problems.push(`${name}: something is there twice`);
  }
  if (!isInOrder(heard)) problems.push(`${name} has heard something twice, or out of order`);
  for (const { n, text } of heard) {
    if (byNumber.get(n)?.text !== text)
      problems.push(`${name} has heard a message that is not in the room: ${text}`);
  }
  return problems;
};

const checkEnd = (messages: readonly Message[], guests: readonly Guest[], revoked: Guest) => {
  const problems = [...guests, revoked].flatMap((guest) => problemsOf(messages, guest));
  if (!isInOrder(messages)) problems.push('the room has a gap in its numbers');
  for (const { name, heard, rejected, ended } of guests) {
    if (heard.at(-1)?.n !== messages.length) problems.push(`${name} has not heard every message`);
    if (rejected.length > 0) problems.push(`${name} was rejected: ${rejected.join(', ')}`);
    if (ended() !== undefined) problems.push(`${name} was refused: ${ended()?.message}`);
  }
  if (revoked.ended()?.code !== 'GATEWAY_REVOKED') {
    problems.push(`${revoked.name} was not told: ${revoked.ended()?.message}`);
  }
  return problems;
};

const invite = async (
  host: Guest,
  count: number,
): Promise<{ guests: Guest[]; seats: string[] }> => {
  const guests: Guest[] = [];
  const seats: string[] = [];
  for (let i = 1; i <= count; i += 1) {
    const { url, seat } = await host.client.root.invite(`guest ${i}`);
    seats.push(seat);
    guests.push(makeGuest(`guest ${i}`, url));
  }
  return { guests, seats };
};

/** Polls a condition. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await sleep(20);
};

const killRepeatedly = async (
  server: ServerProcess,
  options: StoryOptions,
  guests: readonly Guest[],
  between: (kill: number) => Promise<void>,
): Promise<void> => {
  for (let kill = 1; kill <= options.kills; kill += 1) {
    if (options.every === 'answers') {
      const before = guests.map(({ acknowledged }) => acknowledged.size);
      await until(() =>
        guests.every(({ acknowledged }, i) => acknowledged.size >= (before[i] as number) + 3),
      );
    } else {
      await sleep(options.every);
    }
    await server.kill();
    await server.start();
    options.say?.(`kill ${kill} of ${options.kills}`);
    await between(kill);
  }
};

export const playStory = async (options: StoryOptions): Promise<StoryEnd> => {
  const { directory, kills, hasPage = false, open = 2, say = () => undefined } = options;
  const server = makeServerProcess(directory, hasPage);
  await server.start();
  const all: Guest[] = [];
  const close = async (): Promise<void> => {
    for (const { client } of all) client.close();
    await server.kill();
  };
  try {
    const host = makeGuest('host', (await server.ask('openRoom', 'The story')) as string);
    all.push(host);
    await host.enter();
    const { guests, seats } = await invite(host, options.guests);
    all.push(...guests);
    await Promise.all(guests.map((guest) => guest.enter()));
    if (options.withSeat !== undefined) {
      await options.withSeat((await host.client.root.invite('a page')).url);
    }
    say(`${guests.length} guests are in the room`);
    for (const guest of guests) guest.speak(open);
    const revoked = guests.pop() as Guest;
    const answered = (): number =>
      guests.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
    await killRepeatedly(server, options, guests, async (kill) => {
      // Each life of the server answers calls before the next kill.
      const before = answered();
      await until(() => answered() > before);
      if (kill === Math.ceil(kills / 2))
        say(`the vat was upgraded: incarnation ${String(await server.ask('upgrade'))}`);
      if (kill === Math.ceil((kills * 2) / 3)) {
        await host.client.root.revoke(seats.at(-1) as string);
        say(`the seat of ${revoked.name} was revoked`);
      }
    });
    await Promise.all([...guests, revoked].map((guest) => guest.stop()));
    const messages = await readAll(host);
    await until(() => guests.every(({ heard }) => (heard.at(-1)?.n ?? 0) >= messages.length));
    await until(() => revoked.ended() !== undefined);
    say(
      `${messages.length} messages, ${answered()} of them acknowledged to guests that kept their seats`,
    );
    return {
      messages,
      guests,
      revoked,
      kills,
      problems: checkEnd(messages, guests, revoked),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
