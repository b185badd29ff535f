/** `cooperage inspect` as its users start it, and a debugger that attaches where it says. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';

const COOPERAGE = join(import.meta.dirname, '../../cooperage');

export interface Inspecting {
  readonly url: string;
  close(): Promise<void>;
}

export const inspect = async (source: string): Promise<Inspecting> => {
  const child = spawn(
    process.execPath,
    [join(COOPERAGE, 'bin/cooperage.js'), 'inspect', source, '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    const read = (part: string): void => {
      text += part;
      const found = /"url": "([^"]+)"/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    void ended.then(() => reject(Error(`it ended: ${text}`)));
  });
  return {
    url,
    close: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
};

/** Where a vat has stopped, as a debugger over the inspector protocol sees it. */
export interface Stopped {
  readonly sources: readonly string[];
  readonly functionName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export const attach = async (url: string): Promise<Stopped> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--experimental-websocket',
    join(COOPERAGE, 'test/inspector/debug-client.mjs'),
    url,
  ]);
  return JSON.parse(stdout) as Stopped;
};
