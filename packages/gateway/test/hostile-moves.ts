/** What hostile clients do, drawn at random. Each move ends its own connection. */
import { request } from 'node:http';
import type { Random } from '../../liveslots/test/helpers/random.js';
import type { Gateway } from '../src/index.js';
import { closingOf, openSocket, type RawClient, rawClient, wsUrl } from './helpers.js';

export interface Target {
  readonly gateway: Gateway;
  /** A URL that the hostile client holds. */
  readonly url: string;
  readonly random: Random;
}

/** How a connection or a request ended: a close code or a status, and the reason. */
export type Ending = readonly [code: number, reason: string];

export type Move = (target: Target) => Promise<Ending | undefined>;

const ignore = (): void => undefined;

const secretOf = (random: Random): string =>
  Array.from({ length: 43 }, () => random.pick([...'ABCdef019-_'])).join('');

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

const NUMBERS = [-1, 0, 1, 2, 3, 5, 99, 2 ** 31, 2 ** 53, 1.5, NaN] as const;
const nameOf = (random: Random): unknown =>
  random.chance(0.8)
    ? `${random.pick(['o', 'c', 'a', 'p', 'ko', ''])}${random.below(12)}`
    : random.pick([null, 7, '', 'o01', 'o-1', '__proto__', `o${'9'.repeat(40)}`, {}]);

const bodyOf = (random: Random): unknown =>
  random.pick([
    '#[]',
    '#[7]',
    '#["$0.Alleged: purse"]',
    '#["$9"]',
    '#["&0"]',
    '#[{"#error":"x","name":"Y"}]',
    `#${nested(random.below(5_000))}`,
    `#["+${'9'.repeat(random.below(30_000))}"]`,
    '#[{"__proto__":{"x":1}}]',
    '#[',
    '[]',
    '',
    null,
    `#["${'x'.repeat(random.below(15_000))}"]`,
  ]);

const slotsOf = (random: Random): unknown =>
  random.chance(0.9)
    ? Array.from({ length: random.below(4) }, () => nameOf(random))
    : random.pick([null, 'o1', {}, [[]]]);

/** A message of a session that looks right, or nearly. */
const messageOf = (random: Random, n: number): unknown => {
  const number = random.chance(0.8) ? n : random.pick(NUMBERS);
  return random.pick<() => unknown>([
    () => {
      const method = random.pick(['deposit', 'balance', 'then', '', '__proto__', '!x', null, 5]);
      return [number, 'send', nameOf(random), method, bodyOf(random), slotsOf(random)];
    },
    () => [
      ...[number, 'answer', random.pick(NUMBERS), random.pick([true, false, 1])],
      ...[bodyOf(random), slotsOf(random)],
    ],
    () => [number, 'release', slotsOf(random), random.pick(NUMBERS)],
    () => [number, random.pick(['drop', 'constructor', '', 5])],
    () => random.pick([null, {}, [], 'x']),
  ])();
};

const endingOf = async ({ socket, closed }: RawClient): Promise<Ending> => {
  // The client itself ends what the gateway has not ended.
  socket.close(1000, 'done');
  return closed;
};

/** A session whose messages are forged. */
const forgeMessages: Move = async ({ gateway, url, random }) => {
  const client = await rawClient(gateway);
  const { secret } = await client.main.open(url);
  const session = client.main.resume(secret, ignore);
  await session.start(0);
  for (let n = 1; n <= 8 && client.socket.readyState === 1; n += 1) {
    const messages = random.chance(0.9) ? [messageOf(random, n)] : nested(random.below(3_000));
    const text = typeof messages === 'string' ? messages : JSON.stringify(messages);
    await session.push(text, random.chance(0.9) ? 0 : random.pick(NUMBERS)).then(ignore, ignore);
  }
  return endingOf(client);
};

/** Two connections with one session, which send the same messages. */
const replaySession: Move = async ({ gateway, url, random }) => {
  const one = await rawClient(gateway);
  const other = await rawClient(gateway);
  const { secret, root } = await one.main.open(url);
  const messages = JSON.stringify([[1, 'send', root, 'deposit', '#[1]', []]]);
  const open = async ({ main }: RawClient) => {
    const session = main.resume(secret, ignore);
    await session.start(0);
    return session;
  };
  const sessions = [await open(one), await open(other)];
  for (let i = 0; i < 4; i += 1) {
    await random.pick(sessions).push(messages, 0).then(ignore, ignore);
  }
  one.socket.close(1000, 'done');
  await one.closed;
  return endingOf(other);
};

const FRAMES = [
  '["push",["pipeline",0,["open"],["x"]]]',
  '["push",["pipeline",0,["resume"],["x",["export",-1]]]]',
  '["push",["pipeline",-1,["constructor","constructor"],["return process"]]]',
  '["push",["import",0]]',
  '["pull",1]',
  '["resolve",1,["export",5]]',
  '["reject",-1,["error","Error","x"]]',
  '["release",1,1]',
  '["abort",["error","Error","bye"]]',
  '["stream",["pipeline",0,["open"],["x"]]]',
  '{"type":"CTP_CALL","epoch":0,"questionID":"q-1","target":"o-1","method":{"body":"#[]","slots":[]}}',
  '{"type":"CTP_BOOTSTRAP","epoch":0,"questionID":"q-1"}',
  '{"type":"CTP_DROP","slotID":"o+5","decRefs":1e9,"epoch":0}',
  '{"type":"CTP_RETURN","epoch":0,"answerID":"q+9","result":{"body":"#0","slots":["r-1"]}}',
  '{"type":"CTP_RESOLVE","promiseID":"p-9","res":{"body":"#{}","slots":[]}}',
  '{"type":"__proto__"}',
  '',
];

const mutate = (random: Random, text: string): string => {
  const at = random.below(text.length + 1);
  return random.pick<() => string>([
    () => text,
    () => text.slice(0, at),
    () => text.slice(0, at) + random.pick([...'[]{}"-0,\\\u2028']) + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1 + random.below(5)),
    () => text.replace(/\d+/g, () => String(random.pick(NUMBERS))),
    () => text.replace('"x"', nested(random.below(8_000))),
  ])();
};

/** Frames that are no messages, or forged ones, to either front. */
const sendFrames: Move = async ({ gateway, random }) => {
  const socket = await openSocket(wsUrl(gateway, random.pick(['', '/captp'])));
  const closed = closingOf(socket);
  for (let i = 0; i < 6; i += 1) {
    if (random.chance(0.05)) socket.send(Buffer.from([1, 2, 3]));
    else socket.send(mutate(random, random.pick(FRAMES)));
  }
  socket.close(1000, 'done');
  return closed;
};

const guessSecrets: Move = async ({ gateway, random }) => {
  const client = await rawClient(gateway);
  for (let i = 0; i < 12; i += 1) {
    const guess = random.chance(0.8) ? secretOf(random) : random.pick([null, '', 'x', {}, 5, []]);
    const method = random.pick(['redeem', 'open', 'resume']);
    client.main[method](guess, ignore).then(ignore, ignore);
  }
  const [code, reason] = await client.closed;
  if (!/^GATEWAY_(REFUSED|ENDED|PROTOCOL)/.test(reason))
    throw new Error(`guesses ended with ${reason}`);
  return [code, reason];
};

/** A frame beyond the limit. It is cut off before it is read. */
const sendHugeFrame: Move = async ({ gateway, random }) => {
  const socket = await openSocket(wsUrl(gateway, random.pick(['', '/captp'])));
  const closed = closingOf(socket);
  socket.send('x'.repeat(50_000 + random.below(2_000_000)), ignore);
  const [code, reason] = await closed;
  // A client that is still writing may see the connection reset.
  return code === 1006 ? undefined : [code, reason];
};

/** Calls without a pause, and answers that are not read. */
const flood: Move = async ({ gateway, url, random }) => {
  const client = await rawClient(gateway);
  const purse = client.main.redeem(url);
  if (random.chance(0.5)) client.socket.pause();
  for (let i = 0; i < 150; i += 1) purse.balance().then(ignore, ignore);
  client.socket.resume();
  return endingOf(client);
};

const post: Move = ({ gateway, random }) =>
  new Promise((resolve, reject) => {
    const method = random.pick(['POST', 'POST', 'PUT', 'GET', 'OPTIONS']);
    const count = method.startsWith('P') ? random.below(5) : 0;
    const sent = request(
      gateway.url,
      {
        method,
        headers: random.chance(0.3) ? { origin: 'https://evil.example' } : {},
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve([response.statusCode ?? 0, text]));
      },
    );
    sent.on('error', reject);
    sent.end(Array.from({ length: count }, () => mutate(random, random.pick(FRAMES))).join('\n'));
  });

const connectFromElsewhere: Move = async ({ gateway, random }) => {
  const origin = random.pick(['https://evil.example', 'null', 'file://', `${gateway.url}.evil`]);
  const refusal: unknown = await openSocket(wsUrl(gateway), { origin }).then(
    () => new Error(`a page of ${origin} is connected`),
    (error: unknown) => error,
  );
  const { code, message } = refusal as { readonly code?: string; readonly message: string };
  if (code !== 'GATEWAY_REFUSED') throw new Error(message);
  return undefined;
};

export const MOVES: readonly Move[] = [
  ...[forgeMessages, forgeMessages, forgeMessages, replaySession, sendFrames, sendFrames],
  ...[guessSecrets, sendHugeFrame, flood, post, connectFromElsewhere],
];
