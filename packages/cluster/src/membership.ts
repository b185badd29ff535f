import { CooperageError, flag, insistOptions, type OptionTable, text } from '@cooperage/types';
import {
  type DatabaseMeta,
  openSession,
  prepareDatabase,
  readMeta,
  type Session,
  type Statement,
} from '@cooperage/store-postgres';

export interface NodeRow {
  readonly incarnation: string;
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly capacity: number;
  readonly draining: boolean;
  /** Milliseconds until its lease ends, by the clock of the database. */
  readonly left: number;
}

export interface ShardPlace {
  readonly id: string;
  readonly incarnation: number;
  readonly epoch: number;
  readonly committed: number;
  readonly checkpoint: number;
  readonly state: 'open' | 'stopped' | 'lost';
  readonly owner: string | undefined;
  readonly wanted: string | undefined;
  /** The wanted node has all but the last group. */
  readonly ready: boolean;
  readonly pinned: string | undefined;
}

/** Who is there, and who owns what, at one moment. */
export interface ClusterView {
  /** Those whose lease has not ended. */
  readonly nodes: readonly NodeRow[];
  readonly shards: readonly ShardPlace[];
}

export interface Joining {
  readonly incarnation: string;
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly capacity: number;
  /** Milliseconds. */
  readonly lease: number;
}

const statement = (name: string, text: string): Statement => ({ name: `cluster_${name}`, text });

/** A node that starts again ends the former row of its name: its shards need not wait for that lease. */
const JOIN = statement(
  'join',
  `with gone as (delete from node where name = $2 or expires < clock_timestamp() - interval '1 hour')
    insert into node values ($1, $2, $3, $4, $5, false, clock_timestamp() + $6 * interval '1 millisecond')`,
);
/** A lease that has ended is never renewed: others may have acted on its end. */
const RENEW = statement(
  'renew',
  `update node set expires = clock_timestamp() + $2 * interval '1 millisecond'
    where incarnation = $1 and expires > clock_timestamp() returning draining`,
);
const LEAVE = statement('leave', 'delete from node where incarnation = $1');
const DRAIN = statement('drain', 'update node set draining = true where name = $1 returning name');
const NODES = statement(
  'nodes',
  `select *, extract(epoch from expires - clock_timestamp()) * 1000 as left from node
    where expires > clock_timestamp() order by name`,
);
const SHARDS = statement('shards', 'select * from shard order by id');
const WANT = statement(
  'want',
  `update shard set wanted = $2, ready = $3 where id = $1 and state = 'open' and owner is distinct from $2
    returning id`,
);
const RELEASE = statement('release', 'update shard set owner = null where id = $1 and owner = $2');
const PIN = statement(
  'pin',
  `update shard set pinned = $2, wanted = $3, ready = false where id = $1 and state = 'open' returning id`,
);
/** What was restored from a backup, or given up, is a new incarnation: nothing of the former is taken for its own. */
const LOSE = statement(
  'lose',
  `with lost as (update shard set incarnation = incarnation + 1, epoch = epoch + 1, owner = null, wanted = null,
        ready = false, state = 'open', committed = $2::bigint, checkpoint = $2::bigint
      where id = $1 and (owner is null or not exists
        (select from node where node.incarnation = shard.owner and expires > clock_timestamp()))
      returning id, incarnation)
    select * from lost`,
);
const DROP_LOG = statement(
  'drop_log',
  'delete from group_log where shard = $1 and incarnation < $2',
);
const DROP_CHUNKS = statement(
  'drop_chunks',
  'delete from chunk where shard = $1 and incarnation < $2',
);

const optional = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** What an agent or an operator says to the database of a cluster. */
export interface Membership {
  readonly session: Session;
  /** Makes the tables and the shards that are missing. */
  init(shards: readonly string[]): Promise<DatabaseMeta>;
  meta(): Promise<DatabaseMeta>;
  join(joining: Joining): Promise<void>;
  /** Whether it is to drain; undefined where its lease has ended. */
  renew(incarnation: string, lease: number): Promise<{ readonly draining: boolean } | undefined>;
  leave(incarnation: string): Promise<void>;
  view(): Promise<ClusterView>;
  want(shard: string, incarnation: string, ready: boolean): Promise<void>;
  /** A shard whose process is gone has no owner any more, where that was this node. */
  release(shard: string, incarnation: string): Promise<void>;
  /** @throws {CooperageError} `BAD_ARGUMENT` for a node or shard that is not there */
  drain(name: string): Promise<void>;
  move(shard: string, name: string): Promise<void>;
  /** Begins a new incarnation of a shard, which is empty. */
  lose(shard: string): Promise<number>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly ca?: string;
  readonly allowUnsafe?: boolean;
}

const notThere = (what: string, name: string, known: readonly string[]): CooperageError =>
  new CooperageError(
    'BAD_ARGUMENT',
    `there is no ${what} "${name}"; there are: ${known.join(', ') || 'none'}`,
  );

const DATABASE_OPTIONS = {
  url: { value: text('the URL of a database'), required: true },
  ca: { value: text('certificates in PEM') },
  allowUnsafe: { value: flag },
} as const satisfies OptionTable;

/** @throws {CooperageError} `BAD_ARGUMENT`; what opening a session throws, at the first call */
export const openMembership = (options: DatabaseOptions): Membership => {
  insistOptions('openMembership', options, DATABASE_OPTIONS);
  const session = openSession(options);
  const ask = (what: string, text: Statement, values: readonly unknown[] = []) =>
    session.once(what, text, values);

  const view = async (): Promise<ClusterView> => {
    const nodes = await ask('reading the nodes', NODES);
    const shards = await ask('reading the shards', SHARDS);
    return {
      nodes: nodes.map((row) => ({
        incarnation: String(row['incarnation']),
        name: String(row['name']),
        address: String(row['address']),
        version: String(row['version']),
        capacity: Number(row['capacity']),
        draining: row['draining'] === true,
        left: Number(row['left']),
      })),
      shards: shards.map((row) => ({
        id: String(row['id']),
        incarnation: Number(row['incarnation']),
        epoch: Number(row['epoch']),
        committed: Number(row['committed']),
        checkpoint: Number(row['checkpoint']),
        state: row['state'] as ShardPlace['state'],
        owner: optional(row['owner']),
        wanted: optional(row['wanted']),
        ready: row['ready'] === true,
        pinned: optional(row['pinned']),
      })),
    };
  };

  return {
    session,
    view,
    init: (shards) => prepareDatabase(session, shards),
    meta: async () => {
      const meta = await readMeta(session);
      if (meta !== undefined) return meta;
      throw new CooperageError(
        'BAD_ARGUMENT',
        `the database ${session.where} has no tables of Cooperage; make them with "cooperage cluster init"`,
      );
    },
    join: async ({ incarnation, name, address, version, capacity, lease }) => {
      await ask('joining', JOIN, [incarnation, name, address, version, capacity, lease]);
    },
    renew: async (incarnation, lease) => {
      const [row] = await ask('renewing the lease', RENEW, [incarnation, lease]);
      return row === undefined ? undefined : { draining: row['draining'] === true };
    },
    leave: async (incarnation) => {
      await ask('leaving', LEAVE, [incarnation]);
    },
    want: async (shard, incarnation, ready) => {
      await ask('asking for a shard', WANT, [shard, incarnation, ready]);
    },
    release: async (shard, incarnation) => {
      await ask('giving a shard back', RELEASE, [shard, incarnation]);
    },
    drain: async (name) => {
      const rows = await ask('draining', DRAIN, [name]);
      if (rows.length > 0) return;
      throw notThere(
        'node',
        name,
        (await view()).nodes.map((node) => node.name),
      );
    },
    move: async (shard, name) => {
      const { nodes, shards } = await view();
      const node = nodes.find((each) => each.name === name);
      if (node === undefined) {
        throw notThere(
          'node',
          name,
          nodes.map((each) => each.name),
        );
      }
      const rows = await ask('moving', PIN, [shard, name, node.incarnation]);
      if (rows.length === 0)
        throw notThere(
          'open shard',
          shard,
          shards.map(({ id }) => id),
        );
    },
    lose: async (shard) => {
      const [row] = await ask('losing', LOSE, [shard, 0]);
      if (row === undefined) {
        const { shards } = await view();
        if (!shards.some(({ id }) => id === shard)) {
          throw notThere(
            'shard',
            shard,
            shards.map(({ id }) => id),
          );
        }
        throw new CooperageError(
          'STORE_LOCKED',
          `the shard ${shard} has an owner whose lease has not ended; stop that node first`,
        );
      }
      const incarnation = Number(row['incarnation']);
      await ask('dropping the log', DROP_LOG, [shard, incarnation]);
      await ask('dropping checkpoints', DROP_CHUNKS, [shard, incarnation]);
      return incarnation;
    },
    close: () => session.close(),
  };
};
