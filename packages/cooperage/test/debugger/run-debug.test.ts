/** `--debug VAT` of `run`, `serve` and `dev`: a debugger finds the vat stopped at the first line of its TypeScript. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Started, start, temporaryFolder } from '../cli/processes.js';

const GREETER = `interface Greeting { readonly text: string }

const makeGreeting = (name: string): Greeting => ({ text: \`Hello, \${name}!\` });

export const buildRootObject = () =>
  Far('greeter', { hello: (name: string) => makeGreeting(name).text });
`;
const MAIN = `export const buildRootObject = () =>
  Far('main', {
    bootstrap: async ({ greeter }) => console.log(await E(greeter).hello('Ada')),
  });
`;

const makeProject = async (engine: 'v8' | 'quickjs'): Promise<string> => {
  const folder = await temporaryFolder();
  const vats = { main: { source: './main.js' }, greeter: { source: './greeter.ts', engine } };
  await writeFile(join(folder, 'cooperage.json'), JSON.stringify({ bootstrap: 'main', vats }));
  await writeFile(join(folder, 'main.js'), MAIN);
  await writeFile(join(folder, 'greeter.ts'), GREETER);
  return folder;
};

const addressOf = ({ process }: Started): Promise<string> =>
  new Promise((resolve) => {
    let said = '';
    process.stderr?.on('data', (part: string) => {
      said += part;
      const [url] = /ws:\/\/\S+(?=\s)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
  });

interface Told {
  readonly method?: string;
  readonly params: {
    readonly sessionId: string;
    readonly message: string;
    readonly url: string;
    readonly scriptId: string;
    readonly sourceMapURL?: string;
    readonly callFrames: readonly { readonly location: { readonly scriptId: string } }[];
  };
}

/** Attaches to each thread, and resumes the first one that stops. */
const debug = (url: string) => {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  const maps: string[] = [];
  /** Of the scripts of each thread. */
  const urls = new Map<string, string>();
  let calls = 0;
  const send = (method: string, params: object = {}): void => {
    calls += 1;
    socket.send(JSON.stringify({ id: calls, method, params }));
  };
  const sendTo = (sessionId: string, method: string): void => {
    const message = JSON.stringify({ id: 1, method, params: {} });
    send('NodeWorker.sendMessageToWorker', { sessionId, message });
  };
  socket.on('open', () => {
    send('NodeWorker.enable', { waitForDebuggerOnStart: false });
    send('Runtime.runIfWaitingForDebugger');
  });
  const stopped = new Promise<{ readonly url: string; readonly resume: () => void }>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { method, params } = JSON.parse(data.toString()) as Told;
      if (method === 'NodeWorker.attachedToWorker') sendTo(params.sessionId, 'Debugger.enable');
      if (method !== 'NodeWorker.receivedMessageFromWorker') return;
      const told = JSON.parse(params.message) as Told;
      if (told.method === 'Debugger.scriptParsed') {
        urls.set(`${params.sessionId} ${told.params.scriptId}`, told.params.url);
        const { url: script, sourceMapURL = '' } = told.params;
        // A rehearsal has no map.
        if (script.startsWith('cooperage-vat/') && sourceMapURL !== '') maps.push(sourceMapURL);
      }
      if (told.method !== 'Debugger.paused') return;
      const resume = (): void => sendTo(params.sessionId, 'Debugger.resume');
      const script = told.params.callFrames[0]?.location.scriptId;
      resolve({ url: urls.get(`${params.sessionId} ${script}`) ?? '', resume });
    });
  });
  return { stopped, maps, close: () => socket.close() };
};

const sourcesOf = (map: string): readonly string[] =>
  (
    JSON.parse(Buffer.from(map.split(',')[1] ?? '', 'base64').toString()) as {
      readonly sources: readonly string[];
    }
  ).sources;

test('a vat stops at the first line of its TypeScript, its scripts have their maps, and it goes on when it is resumed', async () => {
  const args = ['run', '--memory', '--debug', 'greeter', '--debug-port', '0'];
  const folder = await makeProject('v8');
  const run = await start(args, folder);
  const { stopped, maps, close } = debug(await addressOf(run));
  const { url, resume } = await stopped;
  expect(url).toMatch(/^cooperage-vat\/[0-9a-f]+\/bundle\.js$/);
  await run.says('vat "greeter" stopped at greeter.ts:3:');
  expect(maps.flatMap(sourcesOf)).toContain(pathToFileURL(join(folder, 'greeter.ts')).href);
  resume();
  await run.says('main: Hello, Ada!');
  close();
  expect(await run.ended).toMatchObject({ code: 0 });
});

test('a served vat stops at its first line, and the kernel is served when it is resumed', async () => {
  const args = ['serve', '--listen', 'none', '--debug', 'greeter', '--debug-port', '0'];
  const served = await start(args, await makeProject('v8'));
  const { stopped, close } = debug(await addressOf(served));
  const { resume } = await stopped;
  await served.says('vat "greeter" stopped at greeter.ts:3:');
  resume();
  await served.prints('Hello, Ada!');
  close();
  served.process.kill('SIGTERM');
  expect(await served.ended).toMatchObject({ code: 0 });
});

test('a vat of dev stops at its first line once, and code that is saved later has its map, too', async () => {
  const folder = await makeProject('v8');
  const dev = await start(['dev', '--debug', 'greeter', '--debug-port', '0'], folder);
  const { stopped, maps, close } = debug(await addressOf(dev));
  const { resume } = await stopped;
  resume();
  await dev.prints('main: Hello, Ada!');
  const before = maps.length;
  await writeFile(join(folder, 'greeter.ts'), `${GREETER}console.log('a line more');\n`);
  await dev.prints('greeter: the new code runs now');
  // Its worker is started with the next delivery.
  const sent = await start(['send', 'greeter', 'hello', 'Ben'], folder);
  expect((await sent.ended).stdout).toContain('Hello, Ben!');
  const sources = maps.slice(before).flatMap(sourcesOf);
  expect(sources).toContain(pathToFileURL(join(folder, 'greeter.ts')).href);
  close();
  dev.process.kill('SIGTERM');
  expect(await dev.ended).toMatchObject({ code: 0 });
});

test('an unknown vat, and one on QuickJS, are refused before anything starts', async () => {
  const folder = await makeProject('quickjs');
  const refusals = [
    [['--debug', 'bank'], 'the config has no vat of this name. It has main, greeter'],
    [['--debug', 'greeter'], 'runs on QuickJS'],
    [['--debug-port', '1'], '--debug-port is for --debug'],
  ] as const;
  for (const [args, text] of refusals) {
    const { code, stderr } = await (await start(['run', '--memory', ...args], folder)).ended;
    expect(stderr).toContain(text);
    expect(code).toBe(1);
  }
  const served = await start(['serve', '--listen', 'none', '--debug', 'bank'], folder);
  await served.prints('the config has no vat of this name');
  expect((await served.ended).code).toBe(78);
});
