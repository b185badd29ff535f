// A PostgreSQL, and its processor time.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgres } from '../../test/cluster/postgres.mjs';

export { freePort };

const TICKS = Number(execFileSync('getconf', ['CLK_TCK']));

/** Milliseconds of processor time of a process and of its children that have ended; undefined if it has ended. */
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
  const { home, url, server, stop } = await startPostgres(tmpdir());
  const postmaster = Number(
    readFileSync(join(home, 'database', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
  const client = server.getPgClient();
  await client.connect();
  return {
    home,
    url,
    /** Transactions that have ended: each statement of a store is one transaction and one round trip. */
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
      await stop();
    },
  };
};
