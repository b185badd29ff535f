// The market over HTTP, as the page drives it, with the program that its users start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let directory: string;
let url: string;
let child: ReturnType<typeof start>;

const start = () =>
  spawn(process.execPath, [program, '--serve', '--port', '0', '--directory', directory], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });

const open = async () => {
  child = start();
  let said = '';
  url = await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const address = /open on (http:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.on('close', () => reject(Error(said)));
  });
};

const end = async (signal: NodeJS.Signals) => {
  child.kill(signal);
  return (await once(child, 'close')) as [number | null, string | null];
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contract-host-'));
  await open();
});

afterAll(async () => {
  child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

const post = async (action: string, body: object): Promise<any> =>
  (
    await fetch(`${url}api/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json();

const state = async (): Promise<any> => (await fetch(`${url}api/state`)).json();

const instance = async (name: string) =>
  (await state()).instances.find((one: any) => one.name === name);

const has = async (user: string) =>
  (await state()).users.find((one: any) => one.user === user).balances;

it('deals, is killed, and goes on where it was', async () => {
  const { installations, instances, forkTimes, engine } = await state();
  expect(engine).toBe('quickjs');
  expect(installations.map((one: any) => one.contract).sort()).toEqual([
    'auction',
    'covered-call',
    'faucet',
    'thief',
  ]);
  expect(instances.map((one: any) => [one.name, one.state])).toHaveLength(3);
  expect(forkTimes.coins).toBeGreaterThan(0);

  for (const user of ['alice', 'bob', 'carol']) {
    expect(await post('draw', { user, faucet: 'coins' })).toEqual({
      result: `${user} draws 100 coin`,
    });
  }
  await post('draw', { user: 'alice', faucet: 'paintings' });
  await post('draw', { user: 'alice', faucet: 'shares' });

  const auction = { name: 'sale', seller: 'alice', lot: 'painting', currency: 'coin' };
  expect(await post('auction', { ...auction, reserve: '30', seconds: 0 })).toEqual({
    result: 'done',
  });
  expect(await post('bid', { user: 'bob', auction: 'sale', value: 40 })).toEqual({
    result: "bob's bid is number 1",
  });
  expect((await instance('sale')).escrow).toEqual({ Lot: 1, Bid: 40 });
  const call = { name: 'call', writer: 'alice', underlying: 'share', amount: 10 };
  await post('call', { ...call, currency: 'coin', strike: 50, seconds: 0 });
  await post('give', { from: 'alice', option: 'call', to: 'carol' });

  await end('SIGKILL');
  await open();
  expect((await instance('sale')).status).toBe('open: 1 sealed bid');
  await post('bid', { user: 'carol', auction: 'sale', value: 45 });
  await post('close', { auction: 'sale' });
  await post('exercise', { user: 'carol', option: 'call' });
  expect((await instance('sale')).status).toBe('closed: number 2 of 2 won and paid 40');
  expect(await has('alice')).toMatchObject({ coin: 190, painting: 0, share: 0 });
  expect(await has('bob')).toMatchObject({ coin: 100 });
  expect(await has('carol')).toMatchObject({ coin: 10, painting: 1, share: 10 });
  const { audit, options } = await state();
  expect(options).toEqual([]);
  expect(audit.every((one: any) => one.conserved)).toBe(true);
});

it('tells whoever watches, also what a timer does', async () => {
  const events = await fetch(`${url}api/events`);
  expect(events.headers.get('content-type')).toBe('text/event-stream');
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
  const waitFor = async (status: string) => {
    for (let said = ''; !said.includes(status);) {
      const { done, value } = await reader.read();
      if (done) throw Error('the events ended');
      said += value;
    }
  };
  await post('draw', { user: 'dave', faucet: 'shares' });
  const call = { name: 'short call', writer: 'dave', underlying: 'share', amount: 10 };
  await post('call', { ...call, currency: 'coin', strike: 50, seconds: 1 });
  await waitFor('"status":"expired"');
  await reader.cancel();
  expect(await has('dave')).toMatchObject({ share: 10 });
});

it('says what is wrong, and talks to nobody else', async () => {
  expect(await post('draw', { user: 'zoe', faucet: 'coins' })).toEqual({
    error: 'there is no user zoe, but alice, bob, carol, dave',
  });
  expect(await post('bid', { user: 'bob', auction: 'sale', value: -1 })).toEqual({
    error: 'value must be a whole number from 1',
  });
  expect(await post('bid', { user: 'bob', auction: 'nothing', value: 1 })).toEqual({
    error: 'no instance is called nothing',
  });
  expect(await post('constructor', {})).toEqual({ error: 'there is no action constructor' });
  const form = await fetch(`${url}api/close`, { method: 'POST', body: '{"auction":"sale"}' });
  expect(form.status).toBe(415);
  const { port } = new URL(url);
  const status = await new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', headers: { host: 'evil.example' } }, (got) => {
      got.resume();
      resolve(got.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(status).toBe(403);
});

it('has a page whose forms and buttons are actions of the server', async () => {
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  const script = await (await fetch(`${url}page.js`)).text();
  const actions = ['faucet', 'auction', 'call', 'draw', 'bid', 'close', 'stop', 'exercise', 'give'];
  for (const action of actions) {
    expect(script).toMatch(new RegExp(`["'\`]${action}["'\`]`));
    // Each is known; what it lacks is said.
    expect((await post(action, {})).error).toMatch(/ must be /);
  }
});

it('is closed with Ctrl-C', async () => {
  expect(await end('SIGINT')).toEqual([130, null]);
});
