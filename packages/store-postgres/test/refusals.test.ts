import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { StoreBackend } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { openPostgresBackend, openPostgresStandby, type PostgresOptions } from '../src/index.js';
import type { Server } from './helpers/server.js';
import { temporaryFolder } from './helpers/temporary-folder.js';
import { hasServer, serverOfFile } from './helpers/with-server.js';

const groupOf = (backend: StoreBackend, key: string) => ({
  epoch: backend.epoch,
  sequence: backend.committed + 1,
  writes: new Map([[key, 'value']]),
});

describe.runIf(hasServer)('a database', async () => {
  if (!hasServer) return;
  const server: Server = await serverOfFile();
  let shards = 0;
  /** Of a shard that no other test uses. */
  const options = (): PostgresOptions & { readonly shard: string } => ({
    url: server.url,
    data: temporaryFolder(),
    shard: `s${(shards += 1)}`,
  });
  const refusal = async (changed: Partial<PostgresOptions>): Promise<Error & { code: string }> => {
    const opened = openPostgresBackend({ ...options(), ...changed });
    return opened.then(
      async (backend) => {
        await backend.close();
        throw Error('it was opened');
      },
      (error: unknown) => error as Error & { code: string },
    );
  };
  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(server.url);
    change(url);
    return url.href;
  };

  it('where no server listens is STORE_UNREACHABLE, and the message names it without the password', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await new Promise((resolve) => taken.close(resolve));
    const error = await refusal({ url: urlWith((url) => (url.port = String(port))) });
    expect(error).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(error.message).toContain(`127.0.0.1:${port}/postgres`);
    expect(error.message).not.toContain('a password');
  });

  it('refuses a wrong password with STORE_DENIED, and the message does not have it', async () => {
    const error = await refusal({ url: urlWith((url) => (url.password = 'wrong-one')) });
    expect(error).toMatchObject({ code: 'STORE_DENIED' });
    expect(error.message).toMatch(/the password is wrong/);
    expect(error.message).not.toContain('wrong-one');
  });

  it('that is not there is BAD_ARGUMENT', async () => {
    const error = await refusal({ url: urlWith((url) => (url.pathname = '/nowhere')) });
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(error.message).toMatch(/no such database/);
  });

  it('without TLS is STORE_DENIED where TLS was asked for', async () => {
    const error = await refusal({ url: `${server.url}?sslmode=verify-full` });
    expect(error).toMatchObject({ code: 'STORE_DENIED' });
    expect(error.message).toMatch(/cannot be verified/);
  });

  it.each([
    ['mysql://127.0.0.1/x', /begins with "mysql:"/],
    ['nonsense', /is not a valid URL/],
    ['postgres://u:p@127.0.0.1/x?sslmode=require', /sslmode=require/],
    ['postgres://u:p@127.0.0.1/x?options=-csearch_path', /"options"/],
  ])('at the URL %s is BAD_ARGUMENT', async (url, message) => {
    const error = await refusal({ url });
    expect(error).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(error.message).toMatch(message);
  });

  it('without tables is BAD_ARGUMENT where none are to be made', async () => {
    await server.sql('create database empty');
    const url = urlWith((each) => (each.pathname = '/empty'));
    await expect(refusal({ url, create: false })).resolves.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('of a newer format is STORE_NEWER_FORMAT: its own, a shard, a group', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    await backend.commit(groupOf(backend, 'a'));
    await backend.close();

    await server.sql(`update meta set value = '99' where key = 'format'`);
    await expect(refusal(given)).resolves.toMatchObject({ code: 'STORE_NEWER_FORMAT' });
    await server.sql(`update meta set value = '1' where key = 'format'`);

    await server.sql('update shard set format = 99 where id = $1', [given.shard]);
    await expect(refusal(given)).resolves.toMatchObject({ code: 'STORE_NEWER_FORMAT' });
    await server.sql('update shard set format = 1 where id = $1', [given.shard]);

    const elsewhere = { ...given, data: temporaryFolder() };
    await server.sql('update group_log set body = set_byte(body, 0, 99) where shard = $1', [
      given.shard,
    ]);
    await expect(refusal(elsewhere)).resolves.toMatchObject({ code: 'STORE_NEWER_FORMAT' });
  });

  it('with a group that was changed is STORE_CORRUPT, which names the group', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    for (const key of ['a', 'b', 'c']) await backend.commit(groupOf(backend, key));
    await backend.close();
    await server.sql(
      'update group_log set body = set_byte(body, length(body) - 5, 88) where shard = $1 and seq = 2',
      [given.shard],
    );
    const error = await refusal({ ...given, data: temporaryFolder() });
    expect(error).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(error.message).toContain(`group 2 of ${given.shard}`);
  });

  it('that is read-only is STORE_DENIED', async () => {
    await server.sql('create database frozen');
    await server.sql('alter database frozen set default_transaction_read_only = on');
    const error = await refusal({ url: urlWith((url) => (url.pathname = '/frozen')) });
    expect(error).toMatchObject({ code: 'STORE_DENIED' });
    expect(error.message).toMatch(/read-only, as a standby is/);
  });

  it.each(['fsync', 'full_page_writes', 'synchronous_commit'])(
    'with %s off is STORE_UNSAFE, unless that is allowed',
    async (setting) => {
      await server.sql(`alter system set ${setting} = off`);
      await server.sql('select pg_reload_conf()');
      try {
        await expect
          .poll(async () => (await server.sql(`show ${setting}`))[0])
          .toEqual({ [setting]: 'off' });
        const error = await refusal({});
        expect(error).toMatchObject({ code: 'STORE_UNSAFE' });
        expect(error.message).toContain(`${setting} is off`);
        const backend = await openPostgresBackend({ ...options(), allowUnsafe: true });
        await backend.close();
      } finally {
        await server.sql(`alter system reset ${setting}`);
        await server.sql('select pg_reload_conf()');
      }
      await expect
        .poll(async () => (await server.sql(`show ${setting}`))[0])
        .toEqual({ [setting]: 'on' });
    },
  );

  it('whose disk is full ends the store with STORE_FULL, and reads go on', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    await backend.commit(groupOf(backend, 'a'));
    // What the server says then, in the words of the server.
    await server.sql(`create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$`);
    await server.sql(`create trigger full_disk before insert on group_log for each row
      when (new.shard = '${given.shard}') execute function full_disk()`);
    await expect(backend.commit(groupOf(backend, 'b'))).rejects.toMatchObject({
      code: 'STORE_FULL',
    });
    await expect(backend.commit(groupOf(backend, 'b'))).rejects.toMatchObject({
      code: 'STORE_FULL',
    });
    expect([backend.get('a'), backend.has('b')]).toEqual(['value', false]);
    await backend.close();

    await server.sql('drop trigger full_disk on group_log');
    const again = await openPostgresBackend(given);
    await again.commit(groupOf(again, 'b'));
    expect(again.committed).toBe(2);
    await again.close();
  });

  it('that lacks a privilege is STORE_DENIED', async () => {
    const made = await openPostgresBackend(options());
    await made.close();
    await server.sql(`create role stranger login password 'stranger'`);
    const url = urlWith((each) => {
      each.username = 'stranger';
      each.password = 'stranger';
    });
    const error = await refusal({ url });
    expect(error).toMatchObject({ code: 'STORE_DENIED' });
    expect(error.message).toMatch(/lacks a privilege/);
  });

  it('lets the role of nodes run a shard, and make or drop no table', async () => {
    const given = options();
    await server.sql('create role cooperage_node nologin');
    await server.sql(`create role runner login password 'runner' in role cooperage_node`);
    await server.sql('drop table meta, node, shard, group_log, chunk, blob');
    const made = await openPostgresBackend(given);
    await made.close();
    const url = urlWith((each) => {
      each.username = 'runner';
      each.password = 'runner';
    });
    const backend = await openPostgresBackend({ ...given, url, data: temporaryFolder() });
    await backend.commit(groupOf(backend, 'a'));
    const hash = await backend.blobs.put(new Uint8Array([1]));
    await backend.blobs.delete(hash);
    await backend.close();
    const [may] = await server.sql(
      `select has_schema_privilege('runner', 'public', 'create') as make,
        has_table_privilege('runner', 'group_log', 'truncate') as empty,
        has_table_privilege('runner', 'meta', 'update') as meta`,
    );
    expect(may).toEqual({ make: false, empty: false, meta: false });
  });

  it('is not taken from an owner whose lease lasts', async () => {
    const given = options();
    const node = '11111111-2222-4333-8444-555555555555';
    const backend = await openPostgresBackend({ ...given, node });
    await server.sql(
      `insert into node values ($1, 'n', 'a', 'v', 1, false, clock_timestamp() + interval '1 hour')`,
      [node],
    );
    await expect(refusal(given)).resolves.toMatchObject({ code: 'STORE_LOCKED' });
    const standby = await openPostgresStandby({ ...given, data: temporaryFolder() });
    await expect(standby.takeOver()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await backend.commit(groupOf(backend, 'a'));
    await server.sql('delete from node');
    const taken = await standby.takeOver();
    expect([taken.committed, taken.get('a')]).toEqual([1, 'value']);
    await expect(backend.commit(groupOf(backend, 'b'))).rejects.toMatchObject({
      code: 'STORE_EPOCH_LOST',
    });
    await backend.close();
    await taken.close();
  });

  it('that went back stops the shard, and says so at each open', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    for (const key of ['a', 'b', 'c']) await backend.commit(groupOf(backend, key));
    await server.sql('update shard set committed = 2 where id = $1', [given.shard]);
    await server.sql('delete from group_log where shard = $1 and seq > 2', [given.shard]);
    await expect(backend.commit(groupOf(backend, 'd'))).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
    });
    await backend.close();
    const error = await refusal(given);
    expect(error).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(error.message).toMatch(/went back/);
    const [row] = await server.sql('select state from shard where id = $1', [given.shard]);
    expect(row).toEqual({ state: 'stopped' });
  });

  it('that went back while no process had it open is found by the replica', async () => {
    const given = options();
    const backend = await openPostgresBackend(given);
    await backend.commit(groupOf(backend, 'a'));
    await backend.commit(groupOf(backend, 'b'));
    await backend.close();
    await server.sql('update shard set committed = 1 where id = $1', [given.shard]);
    await server.sql('delete from group_log where shard = $1 and seq > 1', [given.shard]);
    // One without a replica cannot know, and goes another way.
    const stranger = await openPostgresBackend({ ...given, data: temporaryFolder() });
    await stranger.commit(groupOf(stranger, 'other'));
    await stranger.commit(groupOf(stranger, 'other'));
    await stranger.close();
    await expect(refusal(given)).resolves.toMatchObject({ code: 'STORE_CORRUPT' });
    rmSync(given.data, { recursive: true });
    const anew = await openPostgresBackend(given);
    expect([anew.has('b'), anew.get('other')]).toEqual([false, 'value']);
    await anew.close();
  });
});
