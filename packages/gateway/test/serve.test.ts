/** A gateway without a program: `cooperage serve` opens it, and `cooperage urls` issues and revokes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type GatewayError } from '@cooperage/client';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Bank, fixture, openSocket, temporaryDirectory } from './helpers.js';

const CLI = join(import.meta.dirname, '..', '..', 'cooperage', 'bin', 'cooperage.js');

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command; resolves `shown` with the first output that has the text in it. */
const start = (cwd: string, ...args: string[]) => {
  const child = spawn(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, out, err });
    });
  });
  const shows = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(out);
        if (found !== null) resolve(found[1] ?? found[0]);
      };
      child.stdout.on('data', look);
      look();
      void ended.then(() => reject(new Error(`it ended without ${String(pattern)}: ${out}${err}`)));
    });
  return { child, ended, shows };
};

const project = (gateway: object): string => {
  const folder = temporaryDirectory();
  const config = { vats: { bank: { source: fixture('bank-vat.js') } }, gateway };
  writeFileSync(join(folder, 'cooperage.json'), JSON.stringify(config));
  return folder;
};

const serve = async (folder: string) => {
  const served = start(folder, 'serve', '--listen', 'none');
  const url = await served.shows(/the gateway is at (http[^"]+)/);
  return { ...served, url };
};

const connectTo = (url: string, ends: (reason?: GatewayError) => void) =>
  connect<Bank>(url, {
    WebSocket: WebSocket as never,
    onStatus: (status, reason) => {
      if (status === 'ended') ends(reason);
    },
  });

it('a vat is exposed by the config, and its URLs are issued, listed and revoked by an operator', async () => {
  const folder = project({
    listen: '127.0.0.1:0',
    origins: ['https://friend.example'],
    limits: { frameBytes: 50_000 },
    expose: { front: 'bank' },
  });
  const served = await serve(folder);
  const cooperage = (...args: string[]) => start(folder, ...args).ended;

  const issued = await cooperage('urls', '--issue', 'front', '--label', 'for ann');
  expect(issued).toMatchObject({
    code: 0,
    err: expect.stringContaining('shown this once') as string,
  });
  const url = issued.out.trim();
  expect(url).toMatch(new RegExp(`^${served.url}#[\\w-]{43}$`));
  const other = JSON.parse((await cooperage('urls', '--issue', 'bank', '--json')).out) as {
    id: string;
    url: string;
  };
  expect((await cooperage('urls', '--issue', 'nothing')).err).toMatch(
    /nothing is exposed under "nothing" \(there are: front\)/,
  );
  const listed = JSON.parse((await cooperage('urls', '--json')).out) as { urls: { id: string }[] };
  expect(listed.urls).toHaveLength(2);
  expect(listed.urls).toContainEqual(expect.objectContaining({ label: 'for ann' }));
  expect(JSON.stringify(listed)).not.toContain(url.slice(url.indexOf('#') + 1));

  const ends: (string | undefined)[] = [];
  const client = connectTo(url, (reason) => ends.push(reason?.code));
  const spared = connectTo(other.url, () => ends.push('the other'));
  expect(await client.root.open('ann').deposit(5)).toBe(5);
  expect(await spared.root.open('ann').balance()).toBe(5);
  await openSocket(served.url.replace('http', 'ws'), { origin: 'https://friend.example' });
  const foreign = openSocket(served.url.replace('http', 'ws'), { origin: 'https://evil.example' });
  await expect(foreign).rejects.toMatchObject({ code: 'GATEWAY_REFUSED' });

  const id = listed.urls.find((each) => each.id !== other.id)?.id ?? '';
  expect(await cooperage('urls', '--revoke', id)).toMatchObject({ code: 0 });
  await expect.poll(() => ends).toEqual(['GATEWAY_REVOKED']);
  expect(await spared.root.open('ann').balance()).toBe(5);
  expect(await cooperage('urls', '--revoke', id)).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no such URL') as string,
  });
  spared.close();
  served.child.kill('SIGTERM');
  expect(await served.ended).toMatchObject({ code: 0 });

  // The kernel does not run: the list is read from its store, and the command opens it to revoke.
  const after = JSON.parse((await cooperage('urls', '--json')).out) as { urls: { id: string }[] };
  expect(after.urls).toMatchObject([{ id: other.id }]);
  const gone = await cooperage('urls', '--revoke', other.url);
  expect(gone).toMatchObject({ code: 0, out: 'no URLs are issued\n' });
});

it('an address that is taken ends `serve` with 75, and what the config cannot mean with 78', async () => {
  const first = await serve(project({ listen: '127.0.0.1:0' }));
  const { host } = new URL(first.url);
  const taken = await start(project({ listen: host }), 'serve', '--listen', 'none').ended;
  expect(taken).toMatchObject({ code: 75 });
  expect(taken.out).toContain(`CONTROL_UNAVAILABLE: the gateway cannot listen at ${host}`);
  const wrong = await start(project({ expose: { a: 'bnk' } }), 'serve', '--listen', 'none').ended;
  expect(wrong).toMatchObject({ code: 78 });
  expect(wrong.out).toMatch(/gateway\.expose\.a names \\"bnk\\".*did you mean \\"bank\\"/);
  const odd = await start(project({ listen: 'x:99999' }), 'serve', '--listen', 'none').ended;
  expect(odd).toMatchObject({ code: 78 });
});
