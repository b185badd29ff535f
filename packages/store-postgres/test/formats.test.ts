import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  type Connect,
  openPostgresBackend,
  openPostgresStandby,
  openSession,
  type PostgresOptions,
} from '../src/index.js';
import { startInProcess } from './helpers/pglite.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const url = 'postgres://in@localhost/process';
// PGlite says that it does not write to a disk.
const ways: { readonly url: string; readonly connect: Connect; readonly allowUnsafe: true } = {
  url,
  connect: await startInProcess(),
  allowUnsafe: true,
};
const session = openSession(ways);

const optionsOf = (shard: string): PostgresOptions => ({ ...ways, shard, data: temporaryFolder() });

const query = (text: string, values: readonly string[]): Promise<readonly unknown[]> =>
  session.once('looking', { name: `test_${randomUUID()}`, text }, values);

const rowOf = async (shard: string): Promise<unknown> =>
  (await query('select format, epoch::int, owner from shard where id = $1', [shard]))[0];

const write = async (options: PostgresOptions, key: string): Promise<string | undefined> => {
  const backend = await openPostgresBackend(options);
  const first = backend.get('first');
  await backend.commit({
    epoch: backend.epoch,
    sequence: backend.committed + 1,
    writes: new Map([[key, key]]),
  });
  await backend.close();
  return first;
};

it('a shard of a former format is read, and has the present one from its take-over on', async () => {
  const options = optionsOf('former');
  await write(options, 'first');
  // As the version before wrote it.
  await query('update shard set format = 1 where id = $1', ['former']);
  await query('update group_log set body = set_byte(body, 0, 1) where shard = $1', ['former']);
  expect(await write({ ...options, data: temporaryFolder() }, 'second')).toBe('first');
  expect(await rowOf('former')).toMatchObject({ format: 3 });
  // A version that knows groups of version 1 refuses what it is not to apply.
  const versions = 'select get_byte(body, 0) as version from group_log where shard = $1';
  expect(await query(`${versions} order by seq`, ['former'])).toEqual([
    { version: 1 },
    { version: 2 },
  ]);
});

it('a standby takes no shard whose format was raised since it last looked', async () => {
  const options = optionsOf('newer');
  await write(options, 'first');
  const standby = await openPostgresStandby({ ...options, data: temporaryFolder() });
  await query('update shard set format = 99 where id = $1', ['newer']);
  const before = await rowOf('newer');
  await expect(standby.takeOver()).rejects.toMatchObject({ code: 'STORE_NEWER_FORMAT' });
  expect(await rowOf('newer')).toEqual(before);
  await standby.close();
});

it('a database of an earlier version gets the tables of links from whoever may make tables', async () => {
  const groupLinks = () => ({ sent: [], taken: [] });
  await write(optionsOf('linked'), 'first');
  await session.script('as an earlier version made it', 'drop table link; drop table link_batch');
  const before = await openPostgresBackend({ ...optionsOf('linked'), create: false, groupLinks });
  expect(before.links).toBeUndefined();
  await before.close();
  const after = await openPostgresBackend({ ...optionsOf('linked'), groupLinks });
  expect(after.links?.self).toBe('linked~1');
  await after.close();
});
