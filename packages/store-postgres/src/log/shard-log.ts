import { CooperageError } from '@cooperage/types';
import type { SqlRow, Statement } from '../sql/connection.js';
import type { Session } from '../sql/session.js';
import { SHARD_FORMAT } from '../schema.js';
import { LINK_END, linkOf } from './group-body.js';

/** One life of a shard: what all rows of it are found by. */
export interface ShardLife {
  readonly id: string;
  readonly incarnation: number;
}

export interface ShardRow extends ShardLife {
  readonly epoch: number;
  readonly committed: number;
  readonly checkpoint: number;
  readonly format: number;
  readonly owner: string | undefined;
  readonly wanted: string | undefined;
  readonly state: 'open' | 'stopped' | 'lost';
}

export interface LoggedGroup {
  readonly seq: number;
  readonly body: Buffer;
}

/** Where the shards say that they have a new owner: the payload is the shard, a blank, and the epoch. */
export const OWNER_CHANNEL = 'cooperage_owner';

const READ_SHARD: Statement = {
  name: 'cooperage_shard',
  text: 'select * from shard where id = $1',
};

/**
 * Only the epoch makes writes safe. Time decides only who may try. The format is raised before the first group of this
 * version can be written, so that earlier versions refuse the shard from then on.
 */
const TAKE_OVER: Statement = {
  name: 'cooperage_take_over',
  text: `update shard set epoch = epoch + 1, owner = $2, wanted = null, ready = false, format = ${SHARD_FORMAT}
    where id = $1 and state = 'open' and format <= ${SHARD_FORMAT} and (owner is null or owner = $2 or not exists
      (select from node n where n.incarnation = shard.owner and n.expires > clock_timestamp())) returning *`,
};

const SAY_OWNER: Statement = {
  name: 'cooperage_say_owner',
  text: `select pg_notify('${OWNER_CHANNEL}', $1)`,
};

const COMMIT: Statement = {
  name: 'cooperage_commit',
  text: `with s as (update shard set committed = $4 where id = $1 and incarnation = $2 and epoch = $3
        and committed = $4 - 1 and state = 'open' returning id),
      g as (insert into group_log select id, $2, $4, $5 from s)
    select count(*)::int as kept from s`,
};

/** The row of the shard is locked first, and rows of others are only inserted: no two commits wait in a circle. */
const COMMIT_LINKS: Statement = {
  name: 'cooperage_commit_links',
  text: `with s as (update shard set committed = $4 where id = $1 and incarnation = $2 and epoch = $3
        and committed = $4 - 1 and state = 'open' returning id),
      g as (insert into group_log select id, $2, $4, $5 from s),
      o as (insert into link_batch select u.dst, u.dst_inc, s.id, $2, u.first, u.last, decode(u.body, 'base64') from s,
        unnest($6::text[], $7::int[], $8::bigint[], $9::bigint[], $10::text[]) u(dst, dst_inc, first, last, body)),
      t as (insert into link select s.id, $2, u.src, u.src_inc, u.taken from s,
        unnest($11::text[], $12::int[], $13::bigint[]) u(src, src_inc, taken)
        on conflict (dst, dst_inc, src, src_inc) do update set taken = excluded.taken),
      d as (delete from link_batch b using s, unnest($11::text[], $12::int[], $13::bigint[]) u(src, src_inc, taken)
        where b.dst = s.id and b.dst_inc = $2 and b.src = u.src and b.src_inc = u.src_inc and b.last <= u.taken)
    select count(*)::int as kept from s`,
};

const STOP: Statement = {
  name: 'cooperage_stop',
  text: `update shard set state = 'stopped' where id = $1 and incarnation = $2 and committed < $3`,
};

const RELEASE: Statement = {
  name: 'cooperage_release',
  text: `update shard set owner = null where id = $1 and incarnation = $2 and epoch = $3`,
};

/** A page of the log: so many groups, and so many bytes, but one group at least. */
const READ_GROUPS: Statement = {
  name: 'cooperage_groups',
  text: `select seq, body from (select seq, body, sum(octet_length(body)) over (order by seq) - octet_length(body) as before
      from group_log where shard = $1 and incarnation = $2 and seq > $3 order by seq limit 500) page
    where before < 16000000 order by seq`,
};

const READ_LINK: Statement = {
  name: 'cooperage_link',
  text: `select substring(body from 1 for ${LINK_END}) as head from group_log
    where shard = $1 and incarnation = $2 and seq = $3`,
};

const LOG_SIZE: Statement = {
  name: 'cooperage_log_size',
  text: `select coalesce(sum(octet_length(body)), 0)::bigint as bytes, count(*) as groups
    from group_log where shard = $1 and incarnation = $2 and seq > $3`,
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const bytesOf = (value: unknown): Buffer => {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  throw new CooperageError('STORE_CORRUPT', 'a value of the database is not bytes');
};

const parseShard = (row: SqlRow): ShardRow => ({
  id: String(row['id']),
  incarnation: Number(row['incarnation']),
  epoch: Number(row['epoch']),
  committed: Number(row['committed']),
  checkpoint: Number(row['checkpoint']),
  format: Number(row['format']),
  owner: textOf(row['owner']),
  wanted: textOf(row['wanted']),
  state: row['state'] as ShardRow['state'],
});

/** What a group does to links, as the last eight parameters of the statement that commits it. */
export type LinkColumns = readonly (readonly (string | number)[])[];

/** The statements on one shard. */
export interface ShardLog {
  readonly session: Session;
  /** Undefined where there is no such shard. */
  read(): Promise<ShardRow | undefined>;
  /** The row under the next epoch; undefined where its owner lives, it is not open, or it has a newer format. */
  takeOver(node: string): Promise<ShardRow | undefined>;
  /** Whether it was kept. */
  commit(
    life: ShardLife,
    epoch: number,
    seq: number,
    body: Buffer,
    links?: LinkColumns,
  ): Promise<boolean>;
  /** The database went back behind `seen`: nothing is written until an operator has decided. */
  stop(life: ShardLife, seen: number): Promise<void>;
  /** It has no owner any more, where that was the one of `epoch`. */
  release(life: ShardLife, epoch: number): Promise<void>;
  /** Groups after `seq`, in order: a page of them. */
  groupsAfter(life: ShardLife, seq: number): Promise<readonly LoggedGroup[]>;
  /** The link of a group; undefined where it is not in the log. */
  linkAt(life: ShardLife, seq: number): Promise<string | undefined>;
  sizeAfter(
    life: ShardLife,
    seq: number,
  ): Promise<{ readonly bytes: number; readonly groups: number }>;
}

export const makeShardLog = (session: Session, id: string): ShardLog => {
  const only = (rows: readonly SqlRow[]): ShardRow | undefined =>
    rows[0] === undefined ? undefined : parseShard(rows[0]);

  return {
    session,
    read: async () => only(await session.run(READ_SHARD, [id])),
    takeOver: async (node) => {
      // Repeating it takes one more epoch, which does no harm.
      const taken = only(await session.run(TAKE_OVER, [id, node]));
      if (taken !== undefined) await session.run(SAY_OWNER, [`${id} ${taken.epoch}`]);
      return taken;
    },
    commit: async ({ incarnation }, epoch, seq, body, links) => {
      const values = [id, incarnation, epoch, seq, body];
      const [row] =
        links === undefined
          ? await session.run(COMMIT, values)
          : await session.run(COMMIT_LINKS, [...values, ...links]);
      return row?.['kept'] === 1;
    },
    stop: async ({ incarnation }, seen) => {
      await session.run(STOP, [id, incarnation, seen]);
    },
    release: async ({ incarnation }, epoch) => {
      await session.run(RELEASE, [id, incarnation, epoch]);
    },
    groupsAfter: async ({ incarnation }, after) => {
      const rows = await session.run(READ_GROUPS, [id, incarnation, after]);
      return rows.map(({ seq, body }) => ({ seq: Number(seq), body: bytesOf(body) }));
    },
    linkAt: async ({ incarnation }, seq) => {
      const [row] = await session.run(READ_LINK, [id, incarnation, seq]);
      return row === undefined ? undefined : linkOf(bytesOf(row['head']));
    },
    sizeAfter: async ({ incarnation }, seq) => {
      const [row] = await session.run(LOG_SIZE, [id, incarnation, seq]);
      return { bytes: Number(row?.['bytes'] ?? 0), groups: Number(row?.['groups'] ?? 0) };
    },
  };
};
