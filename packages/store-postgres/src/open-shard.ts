import { randomUUID } from 'node:crypto';
import {
  CooperageError,
  insistOptions,
  type LinkSource,
  type ReadGroupLinks,
  type StoreBackend,
} from '@cooperage/types';
import {
  CHECKPOINT_AFTER,
  type CheckpointBounds,
  type Checkpoints,
  makeCheckpoints,
} from './checkpoints.js';
import { makeGroupColumns } from './links/link-columns.js';
import { makeLinkSource, makeWaker, wakeChannel } from './links/link-source.js';
import { makeShardBlobs } from './log/shard-blobs.js';
import {
  makeShardLog,
  OWNER_CHANNEL,
  type ShardLife,
  type ShardLog,
  type ShardRow,
} from './log/shard-log.js';
import { POSTGRES_OPTIONS, type PostgresOptions } from './open-options.js';
import { type BackendLinks, makePostgresBackend, type Watch } from './postgres-backend.js';
import { type DatabaseMeta, prepareDatabase, readMeta } from './prepare-database.js';
import { reconcileBlobs } from './replica/blob-cache.js';
import type { Replica } from './replica/replica.js';
import { SHARD_FORMAT } from './schema.js';
import { parseAddress } from './sql/address.js';
import type { Connect } from './sql/connection.js';
import { pgConnect } from './sql/pg-connection.js';
import { makeSession, type Session, type SessionPowers } from './sql/session.js';

/** A database that was found to be one of ours, and one shard in it. */
export interface OpenedShard {
  readonly id: string;
  readonly data: string;
  readonly cluster: string;
  readonly session: Session;
  readonly log: ShardLog;
  readonly watch: Watch;
  /** Of this process, as the owner of shards. */
  readonly node: string;
  readonly checkpointAfter: CheckpointBounds;
  /** Undefined where no messages are conveyed: it was not asked for, or the database has no tables for them. */
  readonly groupLinks: ReadGroupLinks | undefined;
  /** Another connection to the same database. */
  readonly openSession: (
    listening?: Pick<SessionPowers, 'channels' | 'onNotification' | 'onReconnected'>,
  ) => Session;
}

interface Ways {
  readonly connect: Connect;
  readonly where: string;
}

const waysTo = ({ url, ca, connect }: Pick<PostgresOptions, 'url' | 'ca' | 'connect'>): Ways => {
  const address = parseAddress({ url, ...(ca !== undefined && { ca }) });
  return { connect: connect ?? pgConnect(address), where: address.shown };
};

const { url, ca, connect, allowUnsafe, giveUp } = POSTGRES_OPTIONS;
const SESSION_OPTIONS = { url, ca, connect, allowUnsafe, giveUp };

/**
 * A session for what is not done by a shard: that of an agent, or of a command.
 *
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const openSession = (
  options: Pick<PostgresOptions, 'url' | 'ca' | 'connect' | 'allowUnsafe' | 'giveUp'>,
): Session => {
  insistOptions('openSession', options, SESSION_OPTIONS);
  const { allowUnsafe = false, giveUp } = options;
  return makeSession({ ...waysTo(options), allowUnsafe, giveUp });
};

const provideMeta = async (
  session: Session,
  id: string,
  create: boolean,
): Promise<DatabaseMeta> => {
  const meta = await readMeta(session);
  if (create) return prepareDatabase(session, [id]);
  if (meta !== undefined) return meta;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `the database ${session.where} has no tables of Cooperage; make them with "cooperage cluster init"`,
  );
};

export const openShard = async (options: PostgresOptions): Promise<OpenedShard> => {
  const { shard: id = 's0', create = true, allowUnsafe = false, giveUp, data } = options;
  const { node = randomUUID(), checkpointAfter = CHECKPOINT_AFTER } = options;
  const ways = { ...waysTo(options), allowUnsafe };
  const watch: Watch = {};
  const session = makeSession({
    ...ways,
    giveUp,
    channels: [OWNER_CHANNEL],
    onNotification: (_, payload) => {
      if (payload.startsWith(`${id} `)) watch.onDoubt?.();
    },
    onReconnected: () => watch.onDoubt?.(),
  });
  try {
    const { cluster, hasLinks } = await provideMeta(session, id, create);
    const log = makeShardLog(session, id);
    return {
      ...{ id, data, cluster, session, log, watch, node, checkpointAfter },
      groupLinks: hasLinks ? options.groupLinks : undefined,
      openSession: (listening = {}) => makeSession({ ...ways, ...listening, giveUp }),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
};

const FORMATS = (row: ShardRow): CooperageError =>
  new CooperageError(
    'STORE_NEWER_FORMAT',
    `the shard ${row.id} has format ${row.format}, and this version of @cooperage/store-postgres knows formats up to ` +
      `${SHARD_FORMAT}; update it`,
  );

/** @throws {CooperageError} `BAD_ARGUMENT`, `STORE_NEWER_FORMAT`, `STORE_CORRUPT`, `STORE_LOST` */
export const insistShard = ({ id, session }: OpenedShard, row: ShardRow | undefined): ShardRow => {
  const where = `${id} in the database ${session.where}`;
  if (row === undefined) {
    throw new CooperageError('BAD_ARGUMENT', `there is no shard ${where}`);
  }
  if (row.format > SHARD_FORMAT) throw FORMATS(row);
  if (row.state === 'open') return row;
  if (row.state === 'lost') {
    throw new CooperageError('STORE_LOST', `the shard ${where} was declared lost`);
  }
  throw new CooperageError(
    'STORE_CORRUPT',
    `the shard ${where} is stopped, because the database went back behind what was durable: restore its newest state, ` +
      'or declare the shard lost ("cooperage cluster lose"), so that it begins again as a new incarnation',
  );
};

/** @throws {CooperageError} `STORE_LOCKED` while its owner has a lease */
export const takeShard = async (shard: OpenedShard): Promise<ShardRow> => {
  const { log, node, id, session } = shard;
  const taken = await log.takeOver(node);
  if (taken !== undefined) return taken;
  insistShard(shard, await log.read());
  throw new CooperageError(
    'STORE_LOCKED',
    `the shard ${id} in the database ${session.where} has an owner whose lease has not ended; stop that node, ` +
      'or move the shard with "cooperage cluster move"',
  );
};

const checkpointsOf = async (
  { log, checkpointAfter, openSession: open }: OpenedShard,
  row: ShardRow,
  replica: Replica,
  factor: number,
): Promise<Checkpoints> =>
  makeCheckpoints({
    life: row,
    after: { bytes: factor * checkpointAfter.bytes, groups: factor * checkpointAfter.groups },
    since: await log.sizeAfter(row, row.checkpoint),
    view: () => replica.rows.view(),
    openSession: open,
  });

/** A standby writes checkpoints, so that the owner has nothing to do with them; an owner does so where none has. */
export const standbyCheckpoints = (
  shard: OpenedShard,
  row: ShardRow,
  replica: Replica,
): Promise<Checkpoints> => checkpointsOf(shard, row, replica, 1);

const linksOf = async (
  { groupLinks, openSession: open }: OpenedShard,
  life: ShardLife,
): Promise<BackendLinks | undefined> => {
  if (groupLinks === undefined) return undefined;
  let wake = (): void => undefined;
  const session = open({
    channels: [wakeChannel(life.id)],
    onNotification: () => wake(),
    onReconnected: () => wake(),
  });
  const source: LinkSource = makeLinkSource({
    ...{ session, life },
    onWake: (listener) => {
      wake = listener;
    },
  });
  // The first statement connects: from then on it is woken.
  await source.newest().catch(async (error: unknown) => {
    await session.close();
    throw error;
  });
  return {
    ...{ source, columnsOf: makeGroupColumns(groupLinks), tell: makeWaker(session) },
    close: () => session.close(),
  };
};

/** Makes the port over a shard that was taken over. */
export const ownShard = async (
  shard: OpenedShard,
  row: ShardRow,
  replica: Replica,
): Promise<StoreBackend> => {
  const { log, watch, session } = shard;
  const life = { id: row.id, incarnation: row.incarnation };
  await replica.catchUp();
  if (replica.committed !== row.committed) {
    throw new CooperageError(
      'STORE_CORRUPT',
      `the log of ${row.id} in the database ${session.where} ends with group ${replica.committed}, and ${row.committed} ` +
        'were committed; restore the database from a backup',
    );
  }
  const blobs = makeShardBlobs(session, life, row.epoch);
  await reconcileBlobs(replica.rows.blobs, blobs);
  const checkpoints = await checkpointsOf(shard, row, replica, 2);
  const links = await linksOf(shard, life);
  return makePostgresBackend({
    ...{ life, epoch: row.epoch, log, replica, blobs, watch, links },
    onCommitted: (bytes) => checkpoints.count(bytes),
    shut: async () => {
      await checkpoints.stop();
      await links?.close();
      await session.close();
    },
  });
};
