import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { linkCompliance, type LinkedStore, type LinkFixture } from '@cooperage/compliance';
import {
  type Connect,
  openPostgresBackend,
  openSession,
  type PostgresOptions,
} from '../../src/index.js';
import { makeTemporaryFolder } from './temporary-folder.js';

/** Connections that keep a commit and lose its answer, once each time they are told to. */
const doubting = (connect: Connect): Connect => {
  let lost = 0;
  return async () => {
    const connection = await connect();
    return {
      ...connection,
      query: async (statement, values) => {
        const rows = await connection.query(statement, values);
        if (!statement.text.includes('insert into link_batch') || lost >= 2) return rows;
        lost += 1;
        connection.destroy();
        throw Object.assign(Error('the answer was lost'), { code: 'ECONNRESET' });
      },
    };
  };
};

/** The suite of links over a database, whose tables are there for each test. */
export const linksOver = (options: Omit<PostgresOptions, 'data'>, connect: Connect): void => {
  const ends = new WeakMap<LinkFixture, () => Promise<void>>();
  let tests = 0;
  const run = randomBytes(4).toString('hex');

  linkCompliance({
    setup: async (groupLinks) => {
      tests += 1;
      const schema = `links_${run}_${tests}`;
      const folder = makeTemporaryFolder();
      const opened: LinkedStore[] = [];
      /** Tables of the test's own. */
      const inSchema =
        (way: Connect): Connect =>
        async () => {
          const connection = await way();
          await connection.script(
            `create schema if not exists ${schema}; set search_path to ${schema}`,
          );
          return connection;
        };
      const open = async (shard: string, way: Connect): Promise<LinkedStore> => {
        const backend = await openPostgresBackend({
          ...options,
          ...{ shard, groupLinks, connect: inSchema(way) },
          data: join(folder, `machine-${opened.length}`),
        });
        const { links } = backend;
        if (links === undefined) throw Error('it has no links');
        const store = { ...backend, links } as LinkedStore;
        Object.defineProperty(store, 'committed', { get: () => backend.committed });
        opened.push(store);
        return store;
      };
      const session = openSession({ ...options, connect: inSchema(connect) });
      const fixture: LinkFixture = {
        open: (shard) => open(shard, connect),
        openInDoubt: (shard) => open(shard, doubting(connect)),
        lose: async (shard) => {
          await session.once(
            'losing',
            {
              name: `lose_${schema}`,
              text: `update shard set incarnation = incarnation + 1, epoch = epoch + 1, owner = null, committed = 0,
                checkpoint = 0 where id = $1`,
            },
            [shard],
          );
        },
      };
      ends.set(fixture, async () => {
        for (const backend of opened) await backend.close();
        await session.script('removing the tables', `drop schema ${schema} cascade`);
        await session.close();
        rmSync(folder, { recursive: true });
      });
      return fixture;
    },
    teardown: async (fixture) => ends.get(fixture)?.(),
    supports: { doubt: true },
  });
};
