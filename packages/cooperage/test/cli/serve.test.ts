/** A kernel as a service: what its supervisor, Prometheus and the reader of its log see. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogEntry } from '../../src/control/log-book.js';
import { runInProcess } from './run-in-process.js';
import { openForTest } from '../helpers.js';
import { projectWith, start } from './processes.js';

/** Work goes to another vat and back, so that each step is a crank. */
const CLERK = `
export const buildRootObject = (_powers, _parameters, baggage) => {
  baggage.has('done') || baggage.init('done', 0);
  const clerk = Far('clerk', {
    bootstrap: ({ peer }) => baggage.init('peer', peer),
    say: (text) => console.warn(text),
    work: (steps) => {
      baggage.set('done', baggage.get('done') + 1);
      if (steps > 1) void E(baggage.get('peer')).pass(clerk, steps - 1);
    },
    done: () => baggage.get('done'),
  });
  return clerk;
};`;

const PEER = `
export const buildRootObject = () =>
  Far('peer', { pass: (to, steps) => void E(to).work(steps) });`;

const project = async (): Promise<string> => {
  const folder = await projectWith({
    bootstrap: 'clerk',
    vats: { clerk: { source: './clerk.js' }, peer: { source: './peer.js' } },
  });
  await writeFile(join(folder, 'clerk.js'), CLERK);
  await writeFile(join(folder, 'peer.js'), PEER);
  return folder;
};

const serve = async (folder: string, ...args: string[]) => {
  const started = await start(['serve', '--listen', '127.0.0.1:0', ...args], folder);
  const line = await started.prints('/healthz');
  await started.prints('kernel runs');
  const [, port] = /127\.0\.0\.1:(\d+)/.exec(line) ?? [];
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  return { ...started, get, port };
};

/** In this process, for what ends before there is a kernel. */
const serveHere = async (...args: string[]) => {
  const { code, out } = await runInProcess(['serve', ...args]);
  return { code, last: JSON.parse(out.at(-1) ?? '') as LogEntry };
};

test('probes, metrics, log lines and the end: what a supervisor needs', async () => {
  const folder = await project();
  const served = await serve(folder, '--drain', '600000');
  expect(await served.get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  expect(await served.get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  expect((await served.get('/')).status).toBe(404);

  const say = await start(['send', 'clerk', 'say', 'careful'], folder);
  expect((await say.ended).code).toBe(0);
  expect(JSON.parse(await served.prints('careful'))).toMatchObject({
    level: 'warn',
    event: 'console',
    message: 'careful',
    vat: 'clerk',
    vatID: 'v1',
    crank: expect.any(Number) as number,
  });

  const { text } = await served.get('/metrics');
  expect(text).toMatch(/^cooperage_cranks_total\{vat="clerk"\} [3-9]$/m);
  expect(text).not.toContain('others');
  expect(text).toMatch(/^cooperage_vats 2$/m);
  expect(text).toMatch(/^cooperage_up 1$/m);
  expect(text).toMatch(/^process_cpu_seconds_total /m);

  // Others are told what is in the way, and that it may go.
  expect(await serveHere(join(folder, 'cooperage.json'), '--listen', 'none')).toMatchObject({
    code: 75,
    last: { level: 'error', event: 'ended', message: expect.stringMatching(/^STORE_LOCKED: /) },
  });
  const address = `127.0.0.1:${served.port}`;
  expect(await serveHere(join(folder, 'cooperage.json'), '--listen', address)).toMatchObject({
    code: 75,
    last: { message: expect.stringContaining(`cannot listen at ${address}`) },
  });

  // Asked to end with work before it: that is done first.
  const work = await start(['send', 'clerk', 'work', '300', '--no-wait'], folder);
  expect((await work.ended).code).toBe(0);
  served.process.kill('SIGTERM');
  const { code, stdout, stderr } = await served.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEntry);
  expect(entries.at(-1)).toMatchObject({ level: 'info', message: 'closed; no messages wait' });
  const config = join(folder, 'cooperage.json');
  const kernel = await openForTest({ config, directory: join(folder, '.cooperage') });
  expect(await kernel.send('clerk', 'done')).toBe(300);
});

test('without time to drain it ends between two cranks, and what waits is there at the next start', async () => {
  const folder = await project();
  const served = await serve(folder, '--drain', '0');
  const work = await start(['send', 'clerk', 'work', '1000000', '--no-wait'], folder);
  expect((await work.ended).code).toBe(0);
  served.process.kill('SIGTERM');
  expect((await served.ended).code).toBe(0);
  const config = join(folder, 'cooperage.json');
  const kernel = await openForTest({ config, directory: join(folder, '.cooperage') });
  const done = (await kernel.send('clerk', 'done')) as number;
  await kernel.run({ cranks: 10 });
  expect(await kernel.send('clerk', 'done')).toBeGreaterThan(done);
});

test.each([
  ['a config that is not there', ['missing.json'], 'BAD_CONFIG'],
  ['an address that is none', ['missing.json', '--listen', 'here'], 'BAD_ARGUMENT'],
])('%s ends it with 78: no start helps before it is mended', async (_, args, error) => {
  const { code, last } = await serveHere(...args);
  expect(code).toBe(78);
  expect(last).toMatchObject({ level: 'error', event: 'ended' });
  expect(last.message).toMatch(new RegExp(`^${error}: `));
});
