/** Clients that do harm: each is refused with a code, and the others go on. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Gateway, GatewayOptions } from '../src/index.js';
import {
  type Any,
  closingOf,
  gatewayOn,
  openForTest,
  openSocket,
  type RawClient,
  rawClient,
  wsUrl,
} from './helpers.js';

const setUp = async (options?: GatewayOptions) => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel, options);
  const { url } = await gateway.issue(kernel.root('bank'));
  return { kernel, gateway, url };
};

const stillServes = async (gateway: Gateway, url: string): Promise<void> => {
  const { main, socket } = await rawClient(gateway);
  expect(await main.redeem(url).echo('well')).toBe('well');
  socket.terminate();
};

const post = (
  gateway: Gateway,
  body: string,
  headers = {},
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(gateway.url, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

describe('who may connect', () => {
  it('pages of other origins are refused, and programs are not', async () => {
    const { gateway, url } = await setUp({ origins: ['https://friend.example'] });
    const headers = { origin: 'https://evil.example' };
    await expect(openSocket(wsUrl(gateway), headers)).rejects.toMatchObject({
      code: 'GATEWAY_REFUSED',
    });
    const { status, text } = await post(gateway, '', headers);
    expect([status, JSON.parse(text).code]).toEqual([403, 'GATEWAY_REFUSED']);
    const friend = await openSocket(wsUrl(gateway), { origin: 'https://friend.example' });
    const own = await openSocket(wsUrl(gateway), { origin: new URL(gateway.url).origin });
    expect([friend.readyState, own.readyState]).toEqual([1, 1]);
    expect(gateway.stats().refused).toEqual({ GATEWAY_REFUSED: 2 });
    await stillServes(gateway, url);
  });

  it('what `authenticate` does not admit is refused', async () => {
    const { gateway } = await setUp({
      authenticate: ({ headers }) => {
        if (headers['x-token'] === 'thrown') throw new Error('a secret of the host');
        return headers['x-token'] === 'right';
      },
    });
    for (const token of ['wrong', 'thrown']) {
      const refusal = openSocket(wsUrl(gateway), { 'x-token': token });
      await expect(refusal).rejects.toThrow(/not authenticated/);
    }
    expect((await openSocket(wsUrl(gateway), { 'x-token': 'right' })).readyState).toBe(1);
  });

  it('more clients than the limit are refused', async () => {
    const { gateway } = await setUp({ limits: { connections: 1 } });
    await openSocket(wsUrl(gateway));
    await expect(openSocket(wsUrl(gateway))).rejects.toMatchObject({ code: 'GATEWAY_LIMIT' });
  });
});

describe('what a client may send', () => {
  it('guesses are refused, and ten of them end the connection', async () => {
    const { gateway, url } = await setUp();
    const { main, closed } = await rawClient(gateway);
    for (let i = 0; i < 10; i += 1) {
      const guess = String.fromCharCode(65 + i).repeat(43);
      main.redeem(guess).then(undefined, () => undefined);
    }
    expect((await closed)[1]).toMatch(/^GATEWAY_REFUSED/);
    await stillServes(gateway, url);
  });

  it('frames and bodies beyond the limit are refused, however they are sent', async () => {
    const { gateway, url } = await setUp({ limits: { frameBytes: 2_000 } });
    const socket = await openSocket(wsUrl(gateway));
    const closed = closingOf(socket);
    // A frame is refused by its length, before its 100 MB are read.
    socket.send(
      `["push",["pipeline",0,["redeem"],["${'x'.repeat(100_000_000)}"]]]`,
      () => undefined,
    );
    const [code, reason] = await closed;
    expect([1009, 1006]).toContain(code);
    if (code === 1009) expect(reason).toMatch(/^GATEWAY_LIMIT/);
    const { status, text } = await post(gateway, 'x'.repeat(10_000));
    expect([status, JSON.parse(text).code]).toEqual([413, 'GATEWAY_LIMIT']);
    expect(gateway.stats().refused['GATEWAY_LIMIT']).toBe(2);
    await stillServes(gateway, url);
  });

  it('calls beyond those that may be open are refused', async () => {
    const { gateway, url } = await setUp({ limits: { inFlight: 3 } });
    const { main } = await rawClient(gateway);
    const bank = await main.redeem(url);
    const refusals: Any[] = [];
    for (let i = 0; i < 5; i += 1) {
      bank.never().then(undefined, (error: unknown) => refusals.push(error));
    }
    await expect
      .poll(() => refusals.map(({ code }) => code))
      .toEqual(['GATEWAY_LIMIT', 'GATEWAY_LIMIT']);
    await stillServes(gateway, url);
  });

  it('references beyond the limit end the connection', async () => {
    const { gateway, url } = await setUp({ limits: { references: 50 } });
    const { main, closed } = await rawClient(gateway);
    const bank = await main.redeem(url);
    const purses: Promise<unknown>[] = [];
    for (let i = 0; i < 100; i += 1) purses.push(bank.open('x').then(undefined, () => undefined));
    expect((await closed)[1]).toMatch(/^GATEWAY_LIMIT/);
    await stillServes(gateway, url);
  });

  it('a flood is read no faster than the rate, and loses nothing', async () => {
    const { gateway, url } = await setUp({ limits: { messagesPerSecond: 200 } });
    const flooding = await rawClient(gateway);
    const bank = await flooding.main.redeem(url);
    const answers: Promise<unknown>[] = [];
    for (let i = 0; i < 600; i += 1) answers.push(bank.echo(i));
    await stillServes(gateway, url);
    expect(await Promise.all(answers)).toEqual(answers.map((_, i) => i));
  });

  it('a client that does not read is cut off', async () => {
    const { gateway, url } = await setUp({ limits: { unsentBytes: 100_000 } });
    const { main, socket, closed }: RawClient = await rawClient(gateway);
    const bank = await main.redeem(url);
    const data = 'x'.repeat(90_000);
    socket.pause();
    for (let i = 0; i < 400; i += 1) bank.echo(data).then(undefined, () => undefined);
    await expect.poll(() => gateway.stats().refused['GATEWAY_LIMIT'] ?? 0).toBeGreaterThan(0);
    socket.resume();
    await closed;
    await stillServes(gateway, url);
  });

  const NONSENSE = [
    '',
    '{',
    '[]',
    'null',
    '["push"]',
    '["push",["pipeline",77,["x"],[]]]',
    '["push",["import",-5]]',
    '["pull",99]',
    '["resolve",4,5]',
    '["release",-1,5]',
    '["release",0,9999999]',
    `["push",${'['.repeat(5_000)}${']'.repeat(5_000)}]`,
    `["push",["pipeline",0,["redeem"],[["bigint","${'9'.repeat(100_000)}"]]]]`,
    '["push",["pipeline",0,["__proto__","x"],[]]]',
    '["push",["pipeline",0,["constructor"],["return 1"]]]',
    '["push",["remap",0,[],[],[]]]',
  ];

  it('what is no message of capnweb harms no one else, and stops nothing', async () => {
    const { gateway, url } = await setUp();
    for (const text of NONSENSE) {
      const socket = await openSocket(wsUrl(gateway));
      socket.send(text);
      socket.send('["push",["pipeline",0,["redeem"],[5]]]');
      await post(gateway, text);
      socket.close();
    }
    await stillServes(gateway, url);
  });
});
