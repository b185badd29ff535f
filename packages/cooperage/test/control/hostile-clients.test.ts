/** Clients of the control socket that break its rules: each is refused with a code, and the kernel goes on. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControlClient, connectControl } from '../../src/control/client.js';
import { CALL_NAMES } from '../../src/control/calls.js';
import type { CooperageKernel } from '../../src/index.js';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';
import { frame, GREETING, rawClient, type RawClient } from './raw-client.js';

let directory = '';
let kernel: CooperageKernel;
const clients: RawClient[] = [];

beforeEach(async () => {
  directory = temporaryDirectory();
  kernel = await openForTest({
    config: { vats: { bank: { source: fixture('operated-vat.js') } } },
    directory,
  });
});

/** The kernel answers others as before. */
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  // It sees a moment later that those have left.
  let client: ControlClient | undefined;
  await expect
    .poll(async () => (client = await connectControl(directory).catch(() => undefined)))
    .toBeDefined();
  expect(await client?.call('vats')).toMatchObject({ vats: [{ name: 'bank' }] });
  client?.close();
  expect(await kernel.send('bank', 'echo', [1])).toEqual([1]);
});

const open = async (): Promise<RawClient> => {
  const client = await rawClient(directory);
  clients.push(client);
  return client;
};

const greeted = async (): Promise<RawClient> => {
  const client = await open();
  client.socket.write(GREETING);
  expect(await client.next()).toMatchObject({ protocol: 'cooperage-control', version: 1 });
  return client;
};

const head = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};

describe('before the greeting', () => {
  it.each([
    ['another protocol', frame({ protocol: 'http', version: 1 })],
    ['another version', frame({ protocol: 'cooperage-control', version: 2 })],
    ['a request', frame({ id: 1, call: 'stop' })],
    ['no JSON', frame('{"protocol"')],
    ['no object', frame('null')],
    ['a frame of 4 GB', head(4_294_967_295)],
    ['a frame that is long for a greeting', head(5_000)],
    ['a request of HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ])('%s ends the connection with CONTROL_PROTOCOL', async (_what, bytes) => {
    const client = await open();
    client.socket.write(bytes);
    expect(await client.next()).toMatchObject({ error: { code: 'CONTROL_PROTOCOL' } });
    expect(await client.next()).toBeUndefined();
  });
});

describe('after the greeting', () => {
  it.each([
    ['no JSON', frame('{')],
    ['bytes that are no UTF-8', Buffer.concat([head(4), Buffer.from([0xff, 0xfe, 0x80, 0x81])])],
    ['a list', frame([1])],
    ['a request without an id', frame({ call: 'vats' })],
    ['a request with a negative id', frame({ id: -1, call: 'vats' })],
    ['a request with a call that is no text', frame({ id: 1, call: {} })],
    ['a request with arguments that are no object', frame({ id: 1, call: 'vats', args: [] })],
    ['a frame of 100 MB', head(104_857_600)],
    ['JSON that is 2,000,000 deep', frame('['.repeat(2_000_000))],
  ])('%s ends the connection with CONTROL_PROTOCOL', async (_what, bytes) => {
    const client = await greeted();
    client.socket.write(bytes);
    expect(await client.next()).toMatchObject({ error: { code: 'CONTROL_PROTOCOL' } });
    expect(await client.next()).toBeUndefined();
  });

  const deep = (levels: number): string => `#${'['.repeat(levels)}${']'.repeat(levels)}`;
  const send = (args: unknown): object => ({
    call: 'send',
    args: { vat: 'bank', method: 'echo', args },
  });
  it.each([
    ['a call that there is not', { call: 'vat' }, 'CONTROL_PROTOCOL'],
    ['a call that every object has', { call: 'constructor' }, 'CONTROL_PROTOCOL'],
    ['a call by the name __proto__', { call: '__proto__' }, 'CONTROL_PROTOCOL'],
    ['an argument that there is not', { call: 'show', args: { vet: 'bank' } }, 'BAD_ARGUMENT'],
    ['an argument that lacks', { call: 'show' }, 'BAD_ARGUMENT'],
    ['a vat that is not there', { call: 'show', args: { vat: 'bonk' } }, 'VAT_NOT_FOUND'],
    [
      'a vat that is not there, for a message',
      { call: 'send', args: { vat: 'v99', method: 'x' } },
      'VAT_NOT_FOUND',
    ],
    [
      'a meter that is not there',
      { call: 'meters.topUp', args: { meter: 'x', computrons: '5' } },
      'METER_NOT_FOUND',
    ],
    ['a forged reference', send({ body: '#["$0"]', slots: ['ko999'] }), 'BAD_ARGUMENT'],
    ['a reference to a promise', send({ body: '#["&0"]', slots: ['kp1'] }), 'BAD_ARGUMENT'],
    ['a slot that is no text', send({ body: '#["$0"]', slots: [{}] }), 'BAD_ARGUMENT'],
    ['a body that names no slot', send({ body: '#["$7"]', slots: [] }), 'BAD_ARGUMENT'],
    ['a body that is no JSON', send({ body: '#[', slots: [] }), 'BAD_ARGUMENT'],
    ['arguments that are no array', send({ body: '#5', slots: [] }), 'BAD_ARGUMENT'],
    ['arguments that are too deep', send({ body: deep(100_000), slots: [] }), 'BAD_ARGUMENT'],
    ['no capdata', send(5), 'BAD_CAPDATA'],
    [
      'new code that is not there',
      { call: 'upgrade', args: { vat: 'bank', source: '/nowhere.js' } },
      'BUNDLE_NOT_FOUND',
    ],
    [
      'options of a vat that there are not',
      { call: 'changeOptions', args: { vat: 'bank', options: { x: 1 } } },
      'BAD_ARGUMENT',
    ],
  ])('%s is refused with a code, and the connection stays', async (_what, request, code) => {
    const client = await greeted();
    client.socket.write(frame({ id: 7, ...request }));
    expect(await client.next()).toMatchObject({ id: 7, error: { code } });
    client.socket.write(frame({ id: 7, call: 'about' }));
    expect(await client.next()).toMatchObject({ id: 7, result: { isNew: true } });
  });

  it('an id that is in use, and more requests than are taken, are refused', async () => {
    const client = await greeted();
    const never = (id: number): Buffer =>
      frame({ id, call: 'send', args: { vat: 'bank', method: 'never' } });
    client.socket.write(Buffer.concat([never(1), never(1)]));
    expect(await client.next()).toMatchObject({ id: 1, error: { code: 'CONTROL_PROTOCOL' } });
    for (let id = 2; id <= 65; id += 1) client.socket.write(never(id));
    expect(await client.next()).toMatchObject({ id: 65, error: { code: 'CONTROL_LIMIT' } });
  });

  it('a request may come in pieces of one byte', async () => {
    const client = await greeted();
    for (const byte of frame({ id: 1, call: 'about' })) client.socket.write(Buffer.from([byte]));
    expect(await client.next()).toMatchObject({ id: 1, result: {} });
  });

  it('a client that leaves in the middle of a frame, or of a request, is forgotten', async () => {
    for (const bytes of [
      frame({ id: 1, call: 'vats' }).subarray(0, 9),
      head(1_000_000),
      frame({ id: 1, call: 'send', args: { vat: 'bank', method: 'never' } }),
      frame({ id: 1, call: 'logs', args: { follow: true } }),
      frame({ id: 1, call: 'watch' }),
    ]) {
      const client = await greeted();
      client.socket.write(bytes, () => client.socket.destroy());
      expect(await client.next().then(() => true)).toBe(true);
    }
  });
});

it('a client that does not read is asked no more, and the others are served', async () => {
  const client = await greeted();
  client.socket.pause();
  const args = { body: '#[200000]', slots: [] };
  for (let id = 1; id <= 60; id += 1) {
    client.socket.write(frame({ id, call: 'send', args: { vat: 'bank', method: 'long', args } }));
  }
  const other = await greeted();
  for (let id = 1; id <= 20; id += 1) {
    other.socket.write(frame({ id, call: 'vats' }));
    expect(await other.next()).toMatchObject({ id, result: {} });
  }
  client.socket.resume();
  for (let id = 1; id <= 60; id += 1) expect(await client.next()).toMatchObject({ result: {} });
});

it('clients beyond the number that is taken are refused', async () => {
  const first = await Promise.all(Array.from({ length: 64 }, () => greeted()));
  const client = await open();
  expect(await client.next()).toMatchObject({ error: { code: 'CONTROL_LIMIT' } });
  expect(await client.next()).toBeUndefined();
  first[0]?.socket.destroy();
  await first[0]?.next();
  // A place is free when the kernel has seen it leave.
  let isTaken = false;
  while (!isTaken) {
    const next = await open();
    next.socket.write(GREETING);
    isTaken = (await next.next())?.['version'] === 1;
  }
});

/** A generator of numbers that is the same each time. */
const makeRandom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
};

it('1,000 frames at random are answered or refused with a code', async () => {
  const random = makeRandom(20_261_129);
  const pick = <T>(of: readonly T[]): T => of[random(of.length)] as T;
  const junk = (depth = 0): unknown =>
    pick<() => unknown>([
      () => null,
      () => random(1_000) - 500,
      () => 'x'.repeat(random(50)),
      () => pick(['bank', 'v1', 'ko1', '#[1]', '__proto__', '']),
      () => (depth > 3 ? [] : [junk(depth + 1), junk(depth + 1)]),
      () =>
        depth > 3
          ? {}
          : {
              [pick(['vat', 'method', 'args', 'body', 'slots', '__proto__', 'x'])]: junk(depth + 1),
            },
    ])();
  // Those that end the kernel, or never answer by themselves, have tests of their own.
  const names = [...CALL_NAMES, 'x', ''].filter(
    (name) => !['stop', 'terminate', 'watch', 'logs', 'upgrade', 'upgradeBundle'].includes(name),
  );
  let client = await greeted();
  for (let i = 0; i < 1_000; i += 1) {
    const whole = frame({
      id: i + 1,
      call: pick(names),
      args: random(3) === 0 ? junk() : { vat: 'bank', method: 'echo', args: junk() },
    });
    const isFlipped = random(4) === 0;
    if (isFlipped) whole[4 + random(whole.length - 4)] = random(256);
    client.socket.write(whole);
    const answer = await client.next();
    if (answer === undefined) throw Error(`no answer to frame ${i}: ${whole.toString()}`);
    const { error, id } = answer as { error?: { code: string }; id?: number };
    if (error !== undefined) expect(error.code).toMatch(/^[A-Z_]+$/);
    if (error?.code === 'KERNEL_PANIC') throw Error(`panic: ${whole.toString()}`);
    // Without an id the connection has ended.
    if (id === undefined) client = await greeted();
  }
});
