import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS_END, type StoreBackend } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { openPostgresBackend, openPostgresStandby, type PostgresOptions } from '../src/index.js';
import { parseAddress } from '../src/sql/address.js';
import type { Connect, SqlConnection } from '../src/sql/connection.js';
import { pgConnect } from '../src/sql/pg-connection.js';
import { temporaryFolder } from './helpers/temporary-folder.js';
import { hasServer, serverOfFile } from './helpers/with-server.js';

type Rows = Iterable<readonly [string, string | null]>;

const commit = (backend: StoreBackend, writes: Rows): Promise<void> =>
  backend.commit({
    epoch: backend.epoch,
    sequence: backend.committed + 1,
    writes: new Map(writes),
  });

const rowsOf = (backend: Pick<StoreBackend, 'keys' | 'get'>): [string, string | undefined][] =>
  [...backend.keys('', KEYS_END)].map((key) => [key, backend.get(key)]);

describe.runIf(hasServer)('a shard in a database', async () => {
  if (!hasServer) return;
  const server = await serverOfFile();
  let shards = 0;
  const options = (): PostgresOptions & { readonly shard: string } => ({
    url: server.url,
    data: temporaryFolder(),
    shard: `s${(shards += 1)}`,
  });
  /** The same shard on a machine without a replica of it. */
  const elsewhere = (given: PostgresOptions): PostgresOptions => ({
    ...given,
    data: temporaryFolder(),
  });
  const connect = pgConnect(parseAddress({ url: server.url }));
  /** Counts the statements, and lets a test come between one and its answer. */
  const spying = (
    around: (
      text: string,
      send: () => ReturnType<SqlConnection['query']>,
      by: SqlConnection,
    ) => ReturnType<SqlConnection['query']>,
  ): Connect => {
    return async () => {
      const connection = await connect();
      return {
        ...connection,
        query: (statement, values) =>
          around(statement.text, () => connection.query(statement, values), connection),
      };
    };
  };
  const commitsOf = (text: string): boolean => text.includes('insert into group_log');

  it('keeps a group in one round trip', async () => {
    const texts: string[] = [];
    const backend = await openPostgresBackend({
      ...options(),
      connect: spying((text, send) => {
        texts.push(text);
        return send();
      }),
    });
    texts.length = 0;
    for (let i = 0; i < 5; i += 1) await commit(backend, [[`k${i}`, 'v']]);
    expect(texts.map(commitsOf)).toEqual([true, true, true, true, true]);
    await backend.close();
  });

  it('keeps a group once whose answer was lost on the way', async () => {
    const given = options();
    let lost = 0;
    const backend = await openPostgresBackend({
      ...given,
      connect: spying(async (text, send, connection) => {
        const rows = await send();
        if (!commitsOf(text) || lost >= 3) return rows;
        lost += 1;
        connection.destroy();
        throw Object.assign(Error('the answer was lost'), { code: 'ECONNRESET' });
      }),
    });
    await commit(backend, [['a', '1']]);
    await commit(backend, [['b', '2']]);
    expect([lost, backend.committed]).toEqual([3, 2]);
    await backend.close();
    const again = await openPostgresBackend(elsewhere(given));
    expect([again.committed, rowsOf(again)]).toEqual([
      2,
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ]);
    await again.close();
  });

  it('waits for a server that is killed and comes back, and nothing is lost or there twice', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    const expected: [string, string][] = [];
    for (let round = 0; round < 3; round += 1) {
      const committing = (async () => {
        for (let i = 0; i < 20; i += 1) {
          const row: [string, string] = [`r${round}-${String(i).padStart(2, '0')}`, 'v'];
          await commit(backend, [row]);
          expected.push(row);
        }
      })();
      await server.kill();
      await server.start();
      await committing;
    }
    await backend.close();
    const again = await openPostgresBackend(elsewhere(given));
    expect([again.committed, rowsOf(again)]).toEqual([60, expected]);
    await again.close();
  });

  it('is given up by a commit when it was told to, with STORE_UNREACHABLE', async () => {
    const given = options();
    const backend = await openPostgresBackend({ ...given, giveUp: 50 });
    await server.stop();
    try {
      await expect(commit(backend, [['a', '1']])).rejects.toMatchObject({
        code: 'STORE_UNREACHABLE',
      });
    } finally {
      await server.start();
    }
    await backend.close();
  });

  it('is lost to its owner as soon as another process has it', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    const lost = new Promise((resolve) => backend.onLost?.(resolve));
    const next = await openPostgresBackend(elsewhere(given));
    await expect(lost).resolves.toMatchObject({ code: 'STORE_EPOCH_LOST' });
    await expect(backend.blobs.put(new Uint8Array([7]))).rejects.toMatchObject({
      code: 'STORE_EPOCH_LOST',
    });
    await backend.close();
    // The close of a former owner leaves the shard to the present one.
    await commit(next, [['a', '1']]);
    await next.close();
  });

  it('is read again from the log alone, whatever is in it', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    await commit(backend, [
      ['a', '1'],
      ['lone \ud800', '\udc00\0'],
    ]);
    await commit(
      backend,
      Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 'x'.repeat(300)] as const),
    );
    await commit(backend, [['a', null]]);
    const hash = await backend.blobs.put(new Uint8Array(200_000).fill(5));
    const rows = rowsOf(backend);
    await backend.close();
    const again = await openPostgresBackend(elsewhere(given));
    expect(rowsOf(again)).toEqual(rows);
    expect(again.blobs.get(hash)).toHaveLength(200_000);
    await again.close();
  });

  it('reads no group twice into a replica that is there', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    for (let i = 0; i < 3; i += 1) await commit(backend, [[`k${i}`, 'v']]);
    await backend.close();
    let read = 0;
    const again = await openPostgresBackend({
      ...given,
      connect: spying(async (text, send) => {
        const rows = await send();
        if (text.includes('octet_length(body)) over')) read += rows.length;
        return rows;
      }),
    });
    expect([read, again.committed]).toEqual([0, 3]);
    await again.close();
  });

  it('makes a replica anew that was left by a machine which failed, or is damaged', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    await commit(backend, [['a', '1']]);
    await backend.close();
    const [cluster] = readdirSync(given.data);
    const replica = join(given.data, cluster ?? '', `${given.shard}~1`);

    truncateSync(join(replica, 'store.mdb'), 20_000);
    const second = await openPostgresBackend(given);
    expect(rowsOf(second)).toEqual([['a', '1']]);
    await second.close();

    writeFileSync(`${replica}.replica`, 'another boot of this machine');
    const { ino } = statSync(join(replica, 'store.mdb'));
    const third = await openPostgresBackend(given);
    expect(rowsOf(third)).toEqual([['a', '1']]);
    expect(statSync(join(replica, 'store.mdb')).ino).not.toBe(ino);
    await third.close();
  });

  it('is followed by a standby, which takes over with all that was committed', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    await commit(backend, [['a', '1']]);
    const standby = await openPostgresStandby(elsewhere(given));
    expect([standby.committed, standby.lag]).toEqual([1, 0]);
    const hash = await backend.blobs.put(new Uint8Array([1, 2, 3]));
    await commit(backend, [['b', '2']]);
    await expect.poll(() => standby.committed).toBe(2);
    await commit(backend, [['c', '3']]);
    const taken = await standby.takeOver();
    expect([taken.committed, rowsOf(taken)]).toEqual([
      3,
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ]);
    expect([...(taken.blobs.get(hash) ?? [])]).toEqual([1, 2, 3]);
    await expect(commit(backend, [['d', '4']])).rejects.toMatchObject({ code: 'STORE_EPOCH_LOST' });
    await commit(taken, [['e', '5']]);
    expect(taken.has('d')).toBe(false);
    await backend.close();
    await taken.close();
    await standby.close();
  });

  it('is read from the newest checkpoint and the log behind it, and older groups are deleted', async () => {
    const given = { ...options(), checkpointAfter: { bytes: 1_000_000_000, groups: 5 } };
    const backend = await openPostgresBackend(given);
    const checkpoint = async (): Promise<unknown> =>
      (await server.sql('select checkpoint::int from shard where id = $1', [given.shard]))[0]?.[
        'checkpoint'
      ];
    const step = async (): Promise<void> => {
      const before = await checkpoint();
      for (let i = 0; i < 10; i += 1) {
        const n = backend.committed + 1;
        await commit(backend, [
          [`k${n}`, `${n}`],
          [`k${n - 3}`, null],
        ]);
      }
      // An owner leaves them to a standby, where there is one, for twice as long.
      await expect.poll(checkpoint).not.toBe(before);
    };
    await step();
    await step();
    await step();
    const [log] = await server.sql(
      'select min(seq)::int as first, max(seq)::int as last from group_log where shard = $1',
      [given.shard],
    );
    expect(log).toEqual({ first: 20, last: 30 });
    const [chunks] = await server.sql(
      'select count(distinct seq)::int as kept from chunk where shard = $1',
      [given.shard],
    );
    expect(chunks).toEqual({ kept: 2 });
    await commit(backend, [['behind it', 'x']]);
    const rows = rowsOf(backend);
    await backend.close();
    const again = await openPostgresBackend(elsewhere(given));
    expect([again.committed, rowsOf(again)]).toEqual([31, rows]);
    await again.close();
  });

  it('gives a replica that fell behind the log a new beginning', async () => {
    const given = { ...options(), checkpointAfter: { bytes: 1_000_000_000, groups: 2 } };
    const early = await openPostgresBackend(given);
    await commit(early, [['a', '1']]);
    await early.close();
    const later = await openPostgresBackend(elsewhere(given));
    const checkpoint = async (): Promise<unknown> =>
      (await server.sql('select checkpoint from shard where id = $1', [given.shard]))[0];
    for (let i = 0; i < 3; i += 1) {
      const before = await checkpoint();
      for (let j = 0; j < 4; j += 1) {
        await commit(later, [
          [`b${i}.${j}`, 'x'],
          ['a', `${i}`],
        ]);
      }
      await expect.poll(checkpoint).not.toEqual(before);
    }
    const rows = rowsOf(later);
    await later.close();
    const again = await openPostgresBackend(given);
    expect(rowsOf(again)).toEqual(rows);
    await again.close();
  });
});
