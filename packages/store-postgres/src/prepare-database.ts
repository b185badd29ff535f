import { CooperageError } from '@cooperage/types';
import { FORMAT, GRANTS, LINK_TABLES, MAKE_LOCK, SHARD_FORMAT, TABLES } from './schema.js';
import type { Statement } from './sql/connection.js';
import type { Session } from './sql/session.js';

const HAS_TABLES: Statement = {
  name: 'cooperage_has_tables',
  text: `select to_regclass('shard') is not null and to_regclass('meta') is not null as made,
    to_regclass('link') is not null and to_regclass('link_batch') is not null as linked`,
};
const META: Statement = { name: 'cooperage_meta', text: 'select key, value from meta' };

export interface DatabaseMeta {
  readonly format: number;
  /** Of all shards in it: replicas of another one are not mistaken for those of this. */
  readonly cluster: string;
  /** Whether it has the tables of links, which were added later: "cooperage cluster init" makes them. */
  readonly hasLinks: boolean;
}

/**
 * What the database says of itself; undefined where the tables were not made.
 *
 * @throws {CooperageError} `STORE_NEWER_FORMAT`, `STORE_CORRUPT`
 */
export const readMeta = async (session: Session): Promise<DatabaseMeta | undefined> => {
  const [row] = await session.once('looking for the tables', HAS_TABLES);
  if (row?.['made'] !== true) return undefined;
  const rows = await session.once('reading the format', META);
  const found = new Map(rows.map(({ key, value }) => [String(key), String(value)]));
  const format = Number(found.get('format'));
  const cluster = found.get('cluster');
  if (!Number.isInteger(format) || cluster === undefined) {
    throw new CooperageError(
      'STORE_CORRUPT',
      `the table "meta" in the database ${session.where} is not one of Cooperage; name another database or schema`,
    );
  }
  if (format > FORMAT) {
    throw new CooperageError(
      'STORE_NEWER_FORMAT',
      `the database ${session.where} has format ${format}, and this version of @cooperage/store-postgres knows ` +
        `formats up to ${FORMAT}; update it`,
    );
  }
  return { format, cluster, hasLinks: row['linked'] === true };
};

/**
 * Makes the tables where there are none, and the shards that are missing. Processes that do so at once wait for one
 * another.
 */
export const prepareDatabase = async (
  session: Session,
  shards: readonly string[],
): Promise<DatabaseMeta> => {
  if ((await readMeta(session))?.hasLinks !== true) {
    const made = `if to_regclass('shard') is null then ${TABLES}
      insert into meta values ('format', '${FORMAT}'), ('cluster', gen_random_uuid()); end if; ${LINK_TABLES}`;
    await session.script(
      'making the tables',
      `do $make$ begin perform pg_advisory_xact_lock(${MAKE_LOCK}); ${made} end $make$`,
    );
  }
  await session.script('granting the role of nodes what it needs', GRANTS);
  const insert: Statement = {
    name: 'cooperage_make_shard',
    text: `insert into shard (id, incarnation, epoch, committed, format, state)
      select id, 1, 0, 0, ${SHARD_FORMAT}, 'open' from unnest($1::text[]) id on conflict do nothing`,
  };
  await session.once('making the shards', insert, [shards]);
  const meta = await readMeta(session);
  if (meta === undefined) throw new CooperageError('STORE_FAILED', 'the tables could not be made');
  return meta;
};
