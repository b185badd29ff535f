/** The control socket of a kernel that runs. */
import { lstatSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectControl, type ControlClient } from '../../src/control/client.js';
import { LOOKS, performLook, type LookName } from '../../src/control/looks.js';
import { encodeOutside } from '../../src/control/outside-codec.js';
import { keys, makeKernelTables } from '@cooperage/kernel';
import type { CapData, KObject } from '@cooperage/types';
import { fixture, openForTest, temporaryDirectory } from '../helpers.js';

const config = {
  vats: { bank: { source: fixture('operated-vat.js') } },
  meters: { shared: { remaining: 1_000_000 } },
};
const openIn = (directory: string) => openForTest({ config, directory });

const attach = async (directory: string): Promise<ControlClient> => {
  const client = await connectControl(directory);
  if (client === undefined) throw Error('no kernel listens');
  return client;
};

const sendTo = async (
  client: ControlClient,
  method: string,
  ...args: unknown[]
): Promise<CapData> => {
  const request = { vat: 'bank', method, args: encodeOutside(args, 'args') };
  return ((await client.call('send', request)) as { answer: CapData }).answer;
};

it('is there while the kernel is open, for its owner alone, and gone afterwards', async () => {
  const directory = temporaryDirectory();
  const kernel = await openIn(directory);
  const stats = lstatSync(join(directory, 'control.sock'));
  expect(stats.isSocket()).toBe(true);
  expect(stats.mode & 0o777).toBe(0o600);
  const client = await attach(directory);
  expect(client.pid).toBe(process.pid);
  await kernel.close();
  await client.ended;
  expect(readdirSync(directory).filter((name) => /sock|^\.c-/.test(name))).toEqual([]);
  expect(await connectControl(directory)).toBeUndefined();
});

it('is not there in memory, nor where it was said not to be', async () => {
  await openForTest({ config });
  const directory = temporaryDirectory();
  await openForTest({ config, directory, control: false });
  expect(await connectControl(directory)).toBeUndefined();
});

it('answers every look as the store does', async () => {
  const directory = temporaryDirectory();
  const kernel = await openIn(directory);
  await kernel.send('bank', 'add', [2]);
  await kernel.run();
  const client = await attach(directory);
  const args: Partial<Record<LookName, object>> = {
    show: { vat: 'bank' },
    transcript: { vat: 'v1' },
    holders: { kref: kernel.root('bank').kref() },
  };
  for (const name of Object.keys(LOOKS) as LookName[]) {
    const here = performLook(kernel.store, name, (args[name] ?? {}) as never);
    expect(await client.call(name, args[name])).toEqual(JSON.parse(JSON.stringify(here)));
  }
  client.close();
});

it('sends messages and holds the references of answers until the client leaves', async () => {
  const directory = temporaryDirectory();
  const kernel = await openIn(directory);
  const client = await attach(directory);
  expect((await sendTo(client, 'add', 5)).body).toBe('#5');
  expect((await sendTo(client, 'echo', 5n, undefined, { a: [NaN] })).body).toBe(
    '#["+5","#undefined",{"a":["#NaN"]}]',
  );
  await expect(sendTo(client, 'fail')).rejects.toMatchObject({
    code: 'VAT_REJECTED',
    message: 'it does not',
    vat: 'bank',
    vatID: 'v1',
    errorId: expect.stringMatching(/^error:liveSlots:v1#/) as string,
  });
  const { slots } = await sendTo(client, 'held');
  const { rows } = makeKernelTables(kernel.store.tables);
  const held = slots[0] as KObject;
  await kernel.run();
  expect(rows.has(keys.pin(held))).toBe(true);
  // What one client was given another may name: it is the same operator.
  const other = await attach(directory);
  const args = { body: '#["$0"]', slots: [held] };
  expect(await other.call('send', { vat: 'bank', method: 'echo', args })).toMatchObject({
    answer: { slots: [held] },
  });
  other.close();
  client.close();
  await client.ended;
  await other.ended;
  // The kernel sees a moment later that they left.
  await expect
    .poll(async () => {
      await kernel.run();
      return rows.has(keys.pin(held));
    })
    .toBe(false);
});

it('makes a message durable whose answer is not waited for', async () => {
  const directory = temporaryDirectory();
  const kernel = await openForTest({ config, directory, manual: true });
  const client = await attach(directory);
  await client.call('send', {
    vat: 'bank',
    method: 'add',
    args: encodeOutside([1], 'args'),
    wait: false,
  });
  await kernel.close();
  const again = await openIn(directory);
  await again.run();
  expect(await again.send('bank', 'count')).toBe(1);
});

it('serves two operators at once, and each with its own answers', async () => {
  const directory = temporaryDirectory();
  await openIn(directory);
  const clients = [await attach(directory), await attach(directory)];
  const answers = await Promise.all(
    clients.flatMap((client, i) =>
      Array.from({ length: 20 }, async (_, j) => (await sendTo(client, 'echo', `${i}.${j}`)).body),
    ),
  );
  expect(answers).toEqual(
    [0, 1].flatMap((i) => Array.from({ length: 20 }, (_, j) => `#["${i}.${j}"]`)),
  );
  for (const client of clients) client.close();
});

it('tells clients what becomes of their requests when the kernel is closed', async () => {
  const directory = temporaryDirectory();
  const kernel = await openIn(directory);
  const client = await attach(directory);
  const never = sendTo(client, 'never');
  await sendTo(client, 'count');
  const refused = expect(never).rejects.toMatchObject({ code: 'CLOSED' });
  await kernel.close();
  await refused;
  await client.ended;
  await expect(client.call('vats')).rejects.toMatchObject({ code: 'CONTROL_LOST' });
});

it('replaces the socket of a kernel that was killed', async () => {
  const directory = temporaryDirectory();
  const server = createServer();
  const path = join(directory, 'control.sock');
  await new Promise<void>((resolve) => server.listen(`${path}.old`, resolve));
  renameSync(`${path}.old`, path);
  await new Promise((resolve) => server.close(resolve));
  expect(statSync(path).isSocket()).toBe(true);
  expect(await connectControl(directory)).toBeUndefined();
  await openIn(directory);
  (await attach(directory)).close();
});

it('is reached in a directory whose path is longer than the address of a socket', async () => {
  const directory = join(temporaryDirectory(), 'deep'.repeat(30), 'er'.repeat(40));
  mkdirSync(directory, { recursive: true });
  const kernel = await openIn(directory);
  const client = await attach(directory);
  expect((await sendTo(client, 'count')).body).toBe('#0');
  client.close();
  await kernel.close();
  expect(readdirSync(directory)).not.toContain('control.sock');
});

it('gives the newest log entries, and each that comes to those who follow', async () => {
  const directory = temporaryDirectory();
  await openIn(directory);
  const client = await attach(directory);
  await sendTo(client, 'add', 1);
  const seen: { message: string; vat?: string }[] = [];
  const controller = new AbortController();
  const arrived = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => (seen.length >= count ? resolve() : void setTimeout(look, 5));
      look();
    });
  const following = client.call(
    'logs',
    { vat: 'bank', follow: true },
    (event) => void seen.push(event as (typeof seen)[number]),
    controller.signal,
  );
  await arrived(2);
  await sendTo(client, 'add', 1);
  await arrived(3);
  controller.abort();
  await following;
  expect(seen).toMatchObject([
    { event: 'vat-ready', vat: 'bank', vatID: 'v1' },
    { event: 'console', level: 'info', message: 'the count is 1', vat: 'bank', crank: 2 },
    { event: 'console', level: 'info', message: 'the count is 2', vat: 'bank', crank: 3 },
  ]);
  client.close();
});

it('logs each errorId of a rejection, also of those that are on no vat’s console', async () => {
  const directory = temporaryDirectory();
  const kernel = await openIn(directory);
  const failures: { errorId: string }[] = [];
  const fails = async (method: string): Promise<void> => {
    await kernel.send('bank', method).catch((error: { errorId: string }) => failures.push(error));
  };
  await fails('fail');
  await fails('failPlainly');
  kernel.quarantine.terminate('bank', 'enough');
  await fails('count');
  const client = await attach(directory);
  const messages: string[] = [];
  await client.call('logs', {}, (entry) => messages.push((entry as { message: string }).message));
  expect(failures.map(({ errorId }) => errorId.replace(/\d+$/, ''))).toEqual([
    'error:liveSlots:v1#',
    'error:kernel#kp',
    'error:kernel#v',
  ]);
  for (const { errorId } of failures) {
    expect(messages.some((message) => message.includes(`(${errorId})`))).toBe(true);
  }
  client.close();
});

it('does nothing for an operator that is attached and idle', async () => {
  const directory = temporaryDirectory();
  const kernel = await openIn(directory);
  const client = await attach(directory);
  await sendTo(client, 'count');
  await kernel.run();
  const { cranks, commits } = kernel.stats();
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const others = await Promise.all(Array.from({ length: 5 }, () => attach(directory)));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(kernel.stats()).toMatchObject({ cranks, commits });
  expect(
    process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
  ).toBeLessThanOrEqual(timers);
  for (const each of [client, ...others]) each.close();
});
