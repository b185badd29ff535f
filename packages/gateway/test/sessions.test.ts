/** Sessions: clients that stay while connections and processes end. */
import { type Client, connect, type GatewayError } from '@cooperage/client';
import { checkTables } from '@cooperage/kernel';
import { gatewayPortOf } from 'cooperage/gateway-port';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  type Any,
  type Bank,
  gatewayOn,
  openForTest,
  rawClient,
  temporaryDirectory,
} from './helpers.js';
import { limitsOf } from '../src/limits.js';
import { openSessions } from '../src/sessions/sessions.js';
import { ServerProcess } from './server-process.js';

const clients: Client<Any>[] = [];
const connectTo = <T>(url: string, options = {}): Client<T> => {
  const client = connect<T>(url, { WebSocket: WebSocket as never, ...options });
  clients.push(client);
  return client;
};
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

interface Ledger {
  post(who: string, n: number): number;
  listen(listener: object): void;
  all(): { who: string; n: number }[];
  size(): number;
}

class Listener {
  readonly heard: number[] = [];
  posted(index: number): void {
    this.heard.push(index);
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('a session', () => {
  it('passes data, references and errors, and pipelines', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const { root: bank } = connectTo<Bank>(url);
    const value = { a: [1, '!x', '$0', undefined, -3n, NaN], '#b': new Uint8Array([1, 255]) };
    expect(await bank.echo(value)).toEqual(value);
    const purse = bank.open('ann');
    expect(await purse.deposit(5)).toBe(5);
    expect(await bank.isPurse(purse)).toBe(true);
    expect(await bank.isPurse(await purse)).toBe(true);
    expect(await bank.echo(await purse)).toBe(await purse);
    expect(await bank.apply((a: number) => a * 2, 21)).toBe(42);
    // An answer can be called itself: a function would be.
    await expect((async () => bank.fail('no'))()).rejects.toMatchObject({
      message: 'no',
      code: 'VAT_REJECTED',
    });
    const { purse: late } = await bank.later();
    expect(await (await late).balance()).toBe(0);
    await expect(bank.echo(new Date(0) as never)).rejects.toThrow(/pass its time/);
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });

  it('lets go of everything when it ends, and is refused from then on', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const client = connectTo<Bank>(url);
    await client.root.listen(new Listener());
    await client.root.open('ann');
    const { session } = client;
    expect(gateway.stats().sessions).toBe(1);
    await client.end();
    expect(gateway.stats().sessions).toBe(0);
    expect([
      ...kernel.store.tables.keys('name.kept.gateway.ref.', 'name.kept.gateway.ref/'),
    ]).toEqual([]);
    expect(checkTables(kernel.store.tables)).toEqual([]);
    const ended = await new Promise<GatewayError | undefined>((resolve) => {
      connectTo(url, {
        session,
        onStatus: (status: string, reason?: GatewayError) => {
          if (status === 'ended') resolve(reason);
        },
      });
    });
    expect(ended?.code).toBe('GATEWAY_ENDED');
  });

  it('binds the objects of a client that comes back, and gives it what was sent meanwhile', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const heard: number[] = [];
    const listener = { deposited: (_owner: string, amount: number) => void heard.push(amount) };
    const first = connectTo<Bank>(url, { objects: [listener] });
    await first.root.listen(listener);
    const { session } = first;
    first.close();
    const purse = (await kernel.send('bank', 'open', ['bob'])) as Any;
    for (const amount of upTo(5)) void purse.send('deposit', [amount]);
    await kernel.send('bank', 'heard');
    expect(heard).toEqual([]);
    const second = connectTo<Bank>(url, { objects: [listener], session });
    await expect.poll(() => heard).toEqual(upTo(5));
    expect(await second.root.open('bob').balance()).toBe(15);
    await expect.poll(() => kernel.stats().openOutputs).toBe(0);
  });

  it('makes the calls of a client that goes on with a session and is not connected yet', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const first = connectTo<Bank>(url);
    await first.root.listen({ __proto__: { deposited: () => 1 } });
    await first.root.echo(1);
    const { session } = first;
    first.close();
    const second = connectTo<Bank>(url, { session });
    const double = (a: number): number => a * 2;
    const purse = second.root.open('ann');
    const answers = [
      purse.deposit(5),
      second.root.apply(double, 21),
      second.root.call(purse, 'balance'),
    ];
    expect(second.status).toBe('connecting');
    expect(await Promise.all(answers)).toEqual([5, 42, 5]);
    expect(await second.root.echo(double)).toBe(double);
    expect(await purse.balance()).toBe(5);
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });

  it('rejects what is more than may wait for a client that is away', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel, { limits: { waiting: 3 } });
    const { url } = await gateway.issue(kernel.root('bank'));
    const client = connectTo<Bank>(url);
    const forwarded = await client.root.echo(new Listener());
    expect(forwarded).toBeInstanceOf(Listener);
    await client.root.call(client.root, 'keep', new Listener()).catch(() => undefined);
    await client.root.listen({ __proto__: { deposited: () => 1 } });
    client.close();
    await expect.poll(() => gateway.stats().connections).toBe(0);
    const purse = (await kernel.send('bank', 'open', ['bob'])) as Any;
    for (const amount of upTo(6)) await purse.send('deposit', [amount]);
    expect(kernel.stats().openOutputs).toBe(3);
  });

  it('refuses names that it does not hold, and numbers out of order', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const bad = [
      '[[1,"send","o99","x","#[]",[]]]',
      '[[1,"send","c1","x","#[]",[]]]',
      '[[1,"send","ko1","x","#[]",[]]]',
      '[[2,"send","o1","echo","#[1]",[]]]',
      '[[1,"send","o1","echo","#[\\"$3\\"]",[]]]',
      '[[1,"send","o1","echo","#[",[]]]',
      '[[1,"answer",1,false,"#1",[]]]',
      '[[1,"answer",1]]',
      `[[1,"send","o1","echo","#[${'['.repeat(400)}${']'.repeat(400)}]",[]]]`,
      '{}',
      '[[1]]',
      'x',
    ];
    for (const messages of bad) {
      const { main, closed } = await rawClient(gateway);
      const { secret } = await main.open(url);
      const session = main.resume(secret, () => undefined);
      await session.start(0);
      session.push(messages, 0).then(undefined, () => undefined);
      expect((await closed)[1], messages).toMatch(/^(GATEWAY_PROTOCOL|BAD_CAPDATA)/);
      // The session itself is as it was.
      const again = await rawClient(gateway);
      const resumed = again.main.resume(secret, () => undefined);
      expect(await resumed.start(0)).toEqual({ accepted: 0, objects: [] });
      expect(await resumed.push('[[1,"send","o1","echo","#[1]",[]]]', 0)).toBe(1);
      expect(await resumed.push('[[1,"send","o1","echo","#[1]",[]]]', 0)).toBe(1);
      resumed.end().then(undefined, () => undefined);
      await again.closed;
    }
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });
});

const endOf = (url: string, session: string | undefined): Promise<GatewayError | undefined> =>
  new Promise((resolve) => {
    connectTo(url, {
      session,
      onStatus: (status: string, reason?: GatewayError) => {
        if (status === 'ended') resolve(reason);
      },
    });
  });

describe('the end of a session', () => {
  it('by revocation is told to a client that was away, also after a restart, and forgotten in time', async () => {
    const directory = temporaryDirectory();
    const kernel = await openForTest({ directory });
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const client = connectTo<Bank>(url);
    await client.root.echo(1);
    const { session } = client;
    client.close();
    expect(await gateway.revoke(url)).toBe(true);
    expect(gateway.stats().sessions).toBe(0);
    expect(await endOf(url, session)).toMatchObject({ code: 'GATEWAY_REVOKED' });
    await gateway.close();
    await kernel.close();

    const again = await openForTest({ directory });
    const second = await gatewayOn(again);
    expect(await endOf(second.url + url.slice(url.indexOf('#')), session)).toMatchObject({
      code: 'GATEWAY_REVOKED',
    });
    const rows = () => [
      ...again.store.tables.keys('name.host.gateway.revoked.', 'name.host.gateway.revoked/'),
    ];
    expect(rows()).toHaveLength(1);
    await second.close();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 86_400_000 });
    try {
      await gatewayOn(again);
      await expect.poll(rows).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
    expect(checkTables(again.store.tables)).toEqual([]);
  });

  it('is told to a client that sends meanwhile with the reason of the revocation', async () => {
    const kernel = await openForTest();
    kernel.start();
    const port = gatewayPortOf(kernel);
    const issued = new Set(['url']);
    const sessions = openSessions({ port, limits: limitsOf(undefined), now: Date.now, issued });
    const object = port.krefOf(kernel.root('bank'));
    const { secret, root } = await sessions.open({ id: 'url', object });
    const session = sessions.find(secret);
    const link = { send: () => undefined, whenRoom: async () => undefined, end: () => undefined };
    session.resume(link, 0);
    const revoked = sessions.revoke('url');
    const message = JSON.stringify([[1, 'send', root, 'open', '#["ann"]', []]]);
    await expect(session.push(link, message, 0)).rejects.toMatchObject({ code: 'GATEWAY_REVOKED' });
    await revoked;
  });

  it('follows at the next start where the process ended between that of the URL and its own', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const client = connectTo<Bank>(url);
    await client.root.echo(1);
    const { session } = client;
    client.close();
    const [{ id } = { id: '' }] = gateway.list();
    await gateway.close();
    // What `revoke` does first.
    const port = gatewayPortOf(kernel);
    const [[label] = ['']] = port.listKept('gateway.url.');
    await port.change((input) => {
      input.releaseReference(label);
      input.setText(label);
    });
    const second = await gatewayOn(kernel);
    expect(id).not.toBe('');
    expect(second.list()).toEqual([]);
    const secret = url.slice(url.indexOf('#'));
    expect(await endOf(second.url + secret, session)).toMatchObject({ code: 'GATEWAY_REVOKED' });
    expect(second.stats().sessions).toBe(0);
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });
});

describe('two clients on one session', () => {
  it('the later one takes over, the earlier is told, and no call is taken twice or lost', async () => {
    const kernel = await openForTest();
    const gateway = await gatewayOn(kernel);
    const { url } = await gateway.issue(kernel.root('bank'));
    const ends: (string | undefined)[] = [];
    const first = connectTo<Bank>(url, {
      onStatus: (status: string, reason?: GatewayError) => {
        if (status === 'ended') ends.push(reason?.code);
      },
    });
    await first.root.open('ann').deposit(1);
    const late = upTo(300).map(async (n) => first.root.echo(`first ${n}`));
    const settled = Promise.allSettled(late);
    const second = connectTo<Bank>(url, { session: first.session });
    const mine = upTo(300).map(async (n) => second.root.echo(`second ${n}`));
    expect(await Promise.all(mine)).toEqual(upTo(300).map((n) => `second ${n}`));
    await expect.poll(() => ends).toEqual(['GATEWAY_TAKEN_OVER']);
    expect(second.status).toBe('connected');
    // Each was answered, or is said to be uncertain: none got the answer to another.
    for (const [i, each] of (await settled).entries()) {
      if (each.status === 'fulfilled') expect(each.value).toBe(`first ${i + 1}`);
      else expect(each.reason).toMatchObject({ code: 'GATEWAY_TAKEN_OVER' });
    }
    expect(await second.root.open('ann').balance()).toBe(1);
    expect(gateway.stats().sessions).toBe(1);
    expect(checkTables(kernel.store.tables)).toEqual([]);
  });
});

describe('twenty clients of a server that is killed', () => {
  it('have each call once, and each event once and in order', async () => {
    const server = new ServerProcess(temporaryDirectory());
    await server.start();
    try {
      const names = upTo(20).map((i) => `client ${i}`);
      const issued = await Promise.all(
        names.map(() => server.ask<{ url: string }>('issue', 'ledger')),
      );
      const all = issued.map(({ url }, i) => {
        const listener = new Listener();
        return { ...connectTo<Ledger>(url), url, name: names[i] as string, listener };
      });
      await Promise.all(all.map(({ root, listener }) => root.listen(listener)));
      const [revoked, ...others] = all;
      const answers: Promise<number>[] = [];
      let n = 0;
      const post = (): void => {
        n += 1;
        for (const { root, name } of others) answers.push(root.post(name, n));
      };
      // Each time the server is killed in the middle of what it has to do.
      for (const act of ['nothing', 'upgrade', 'revoke']) {
        post();
        await answers[answers.length - others.length];
        post();
        await server.kill();
        post();
        await server.start();
        if (act === 'upgrade') expect(await server.ask('upgrade')).toBe(1);
        if (act === 'revoke') expect(await server.ask('revoke', revoked?.url)).toBe(true);
      }
      const indices = await Promise.all(answers);
      const count = others.length * n;
      expect(indices.sort((a, b) => a - b)).toEqual(upTo(count));
      const entries = await (others[0] as (typeof others)[0]).root.all();
      expect(entries).toHaveLength(count);
      for (const { name } of others) {
        const own = entries.filter(({ who }) => who === name).map((entry) => entry.n);
        expect(own).toEqual(upTo(n));
      }
      for (const { listener } of others) {
        await expect.poll(() => listener.heard.length).toBeGreaterThanOrEqual(count);
        expect(listener.heard).toEqual(upTo(count));
      }
      // It was away when its URL was revoked.
      await expect((async () => revoked?.root.size())()).rejects.toMatchObject({
        code: 'GATEWAY_REVOKED',
      });
      const heard = revoked?.listener.heard ?? [];
      expect(heard).toEqual(upTo(heard.length));
    } finally {
      await server.kill();
    }
  });
});
