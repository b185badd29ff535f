/** The command line as its users start it: in processes of its own, from the build. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'bin', 'cooperage.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the standard error holds the text. */
  says(text: string): Promise<void>;
  /** Resolves with the first line of the standard output that holds the text. */
  prints(text: string): Promise<string>;
}

const running = new Set<ChildProcess>();
const folders: string[] = [];

export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-cli-'));
  folders.push(folder);
  return folder;
};

let caches: string | undefined;

export const start = async (args: readonly string[], cwd: string): Promise<Started> => {
  caches ??= await mkdtemp(join(tmpdir(), 'cooperage-cli-cache-'));
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { ...process.env, XDG_CACHE_HOME: caches, COOPERAGE_DEBUG: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  const waitFor = <T>(stream: Readable, find: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found !== undefined) resolve(found);
      };
      stream.on('data', look);
      void ended.then(() => {
        look();
        reject(Error(`it ended without "${what}": ${stdout}${stderr}`));
      });
      look();
    });
  return {
    process: child,
    ended,
    says: (text) =>
      waitFor(child.stderr, () => (stderr.includes(text) ? null : undefined), text).then(
        () => undefined,
      ),
    prints: (text) =>
      waitFor(
        child.stdout,
        () =>
          stdout
            .split('\n')
            .slice(0, -1)
            .find((line) => line.includes(text)),
        text,
      ),
  };
};

export const cooperage = async (args: readonly string[], cwd: string): Promise<Ended> =>
  (await start(args, cwd)).ended;

/** A folder with a config in it. */
export const projectWith = async (config: unknown): Promise<string> => {
  const folder = await temporaryFolder();
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(join(folder, 'cooperage.json'), text);
  return folder;
};

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  if (caches !== undefined) await rm(caches, { recursive: true, force: true });
});
