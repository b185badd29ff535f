/** A debugger that stops a vat does not use up the time that the vat's crank may take. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

/** Many times the limit of the vat's cranks. */
const PAUSE = 3_000;

const start = (...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, args, { stdio: 'pipe' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
};
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Resolves with what the pattern matches in a stream. */
const said = (stream: ChildProcess['stdout'], pattern: RegExp): Promise<RegExpExecArray> =>
  new Promise((resolve, reject) => {
    let text = '';
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
    stream?.on('end', () => reject(Error(`it did not say ${pattern}, but: ${text}`)));
  });

test('a vat that stays at a breakpoint for longer than its crank may take goes on afterwards, and so does a bounded run', async () => {
  const kernel = start('--inspect=127.0.0.1:0', pathOf('kernel.mjs'));
  const ready = said(kernel.stdout, /ready/);
  const outcome = said(kernel.stdout, /stop: (.*)\nrun: (.*)\nloop: (.*)\n/);
  const [url] = await said(kernel.stderr, /ws:\S+/);
  await ready;
  const attaching = start('--experimental-websocket', pathOf('debugger.mjs'), url, `${PAUSE}`);
  const paused = said(attaching.stdout, /paused/);
  await said(attaching.stdout, /attached/);
  kernel.stdin?.write('go\n');
  await paused;
  const [, stopped, ran, looped] = await outcome;
  expect({ stopped, ran, looped }).toEqual({
    stopped: 'alive',
    ran: 'idle',
    looped: 'CRANK_TIME_LIMIT',
  });
});
