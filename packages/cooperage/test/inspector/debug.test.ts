/** A crank of the past under a debugger that attaches over a WebSocket. */
import { execFile } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debugCrank, type DebugSession } from '@cooperage/inspect';
import { readRecording, type Recording } from '@cooperage/recording';
import { openLmdbView } from '@cooperage/store-lmdb';
import { storeOn } from '@cooperage/tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openForTest } from '../helpers.js';
import { start, temporaryFolder } from '../cli/processes.js';

const CLIENT = join(import.meta.dirname, 'debug-client.mjs');

interface Seen {
  readonly script: string;
  readonly sources: readonly string[];
  readonly contents: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
}

const attach = async (url: string): Promise<Seen> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--experimental-websocket',
    CLIENT,
    url,
  ]);
  return JSON.parse(stdout) as Seen;
};

let source: string;
let recording: Recording;

beforeAll(async () => {
  source = join(await temporaryFolder(), 'kernel');
  const till = join(import.meta.dirname, 'vats/till.ts');
  const kernel = await openForTest({
    directory: source,
    config: { vats: { till: { source: till } } },
    history: true,
  });
  for (const amount of [5, 7, 11]) await kernel.send('till', 'add', [amount]);
  await kernel.close();
  const store = storeOn(await openLmdbView(source));
  recording = readRecording(store);
  await store.close();
});

/** The crank in which this was delivered. */
const crankOf = (call: string): number =>
  recording.cranks.find(({ delivery }) => delivery?.message?.call === call)?.number ?? 0;

describe('a crank under a debugger', () => {
  let session: DebugSession;
  afterAll(() => (session as DebugSession | undefined)?.close());

  test("is stopped in the author's TypeScript with live variables, and so is the crank before", async () => {
    session = await debugCrank({ source, crank: crankOf('add(11)') });
    expect(session.at).toMatchObject({
      name: 'till',
      stoppedAt: { source: expect.stringMatching(/till\.ts$/) as string, line: 7 },
    });
    const seen = await attach(session.at.url);
    expect(seen.sources).toEqual([session.at.stoppedAt?.source]);
    expect(seen.contents.join()).toContain('add: (amount: number)');
    expect(seen.variables).toMatchObject({ amount: 11, total: 12 });

    const { port } = session.at;
    expect(await session.before()).toMatchObject({ crank: crankOf('add(7)'), port });
    expect((await attach(session.at.url)).variables).toMatchObject({ amount: 7, total: 5 });
  });

  test('can be the first one of a vat, before which there is none', async () => {
    await session.before();
    expect((await session.before()).n).toBe(1);
    expect(session.at.stoppedAt?.source).toMatch(/till\.ts$/);
    await expect(session.before()).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringMatching(/has no crank before crank \d+/) as string,
    });
  });

  test('is refused where no vat ran in it', async () => {
    await expect(debugCrank({ source, crank: 1 })).rejects.toMatchObject({
      code: 'BAD_ARGUMENT',
      message: expect.stringContaining('no vat ran in crank 1') as string,
    });
  });

  test('is refused with a port that another program has, and says which', async () => {
    const other = createServer();
    await new Promise<void>((listens) => other.listen(0, '127.0.0.1', listens));
    const { port } = other.address() as AddressInfo;
    try {
      await expect(debugCrank({ source, crank: crankOf('add(5)'), port })).rejects.toMatchObject({
        code: 'BAD_ARGUMENT',
        message: expect.stringContaining(`port ${port}`) as string,
      });
    } finally {
      other.close();
    }
  });
});

test('the command says where the vat has stopped and where a debugger attaches, until a signal comes', async () => {
  const crank = crankOf('add(7)');
  const started = await start(['debug', source, '--crank', String(crank)], source);
  const url = (await started.prints('debugger: ')).slice('debugger: '.length);
  expect((await attach(url)).variables).toMatchObject({ amount: 7, total: 5 });
  await started.says('Ctrl-C: quit');
  started.process.kill('SIGINT');
  const { code, stdout } = await started.ended;
  expect(stdout).toMatch(
    new RegExp(`^crank ${crank}: till \\(v1\\), delivery 3\\nstopped at .*till\\.ts:7:`),
  );
  expect(code).toBe(0);
});
