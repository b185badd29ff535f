import { setTimeout as sleep } from 'node:timers/promises';
import { CooperageError, insistOptions, type StoreBackend, type StoreView } from '@cooperage/types';
import { makeShardBlobs } from './log/shard-blobs.js';
import type { ShardLife } from './log/shard-log.js';
import { POSTGRES_OPTIONS, type PostgresOptions } from './open-options.js';
import {
  insistShard,
  openShard,
  type OpenedShard,
  ownShard,
  standbyCheckpoints,
  takeShard,
} from './open-shard.js';
import { followBlobs } from './replica/blob-cache.js';
import { openReplica, type Replica } from './replica/replica.js';

/** Milliseconds between two looks at the log. */
const INTERVAL = 100;

/** A replica that follows the log of a shard which another process owns. */
export interface PostgresStandby {
  /** Group up to which the replica has followed. */
  readonly committed: number;
  /** Groups of the log that the replica has not, when it was last looked at. */
  readonly lag: number;
  /** What it has now, for as long as the view is held. */
  view(): StoreView;
  /** Calls back once, when it cannot follow any more: the database was damaged, or is one of a newer version. */
  onFailed(listener: (error: CooperageError) => void): void;
  /**
   * Makes this process the owner, and the replica its store. The standby is at its end, also where this fails.
   *
   * @throws {CooperageError} `STORE_LOCKED` while the owner has a lease: then it goes on as a standby; and what
   *   `openPostgresBackend` throws
   */
  takeOver(): Promise<StoreBackend>;
  /** Idempotent. */
  close(): Promise<void>;
}

interface Following {
  readonly replica: Replica;
  readonly life: ShardLife;
  readonly lag: () => number;
  readonly onFailed: (listener: (error: CooperageError) => void) => void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

const follow = async (shard: OpenedShard): Promise<Following> => {
  const { log, data, cluster, session } = shard;
  const row = insistShard(shard, await log.read());
  const life = { id: row.id, incarnation: row.incarnation };
  const replica = await openReplica({ data, cluster, log, life }, row);
  const blobs = makeShardBlobs(session, life, row.epoch);
  const checkpoints = await standbyCheckpoints(shard, row, replica);
  const failures: ((error: CooperageError) => void)[] = [];
  let blobsSeen = 0;
  let lag = row.committed - replica.committed;
  let isStopped = false;

  const step = async (): Promise<void> => {
    const { committed, incarnation } = insistShard(shard, await log.read());
    if (incarnation !== life.incarnation) {
      throw new CooperageError(
        'STORE_LOST',
        `the shard ${life.id} was declared lost, and began again`,
      );
    }
    lag = committed - replica.committed;
    if (lag <= 0) return;
    const before = replica.committed;
    checkpoints.count(await replica.catchUp(), replica.committed - before);
    blobsSeen = await followBlobs(replica.rows.blobs, blobs, blobsSeen);
    lag = 0;
  };

  const loop = async (): Promise<void> => {
    while (!isStopped) {
      await step();
      await sleep(INTERVAL, undefined, { ref: false });
    }
  };

  await step();
  blobsSeen = await followBlobs(replica.rows.blobs, blobs, 0);
  const looping = loop().catch((error: unknown) => {
    if (isStopped) return;
    isStopped = true;
    for (const listener of failures) listener(error as CooperageError);
  });

  return {
    replica,
    life,
    lag: () => lag,
    onFailed: (listener) => failures.push(listener),
    stop: async () => {
      isStopped = true;
      await checkpoints.stop();
      await looping;
    },
  };
};

/**
 * Follows a shard that another process owns, so that this one can take it over at once.
 *
 * @throws {CooperageError} what `openPostgresBackend` throws
 */
export const openPostgresStandby = async (options: PostgresOptions): Promise<PostgresStandby> => {
  insistOptions('openPostgresStandby', options, POSTGRES_OPTIONS);
  const shard = await openShard(options);
  let following: Following;
  try {
    following = await follow(shard);
  } catch (error) {
    await shard.session.close();
    throw error;
  }
  const { replica, life } = following;
  let ending: Promise<void> | undefined;

  const end = async (): Promise<void> => {
    await following.stop();
    await shard.session.close();
    await replica.close();
  };

  return {
    get committed() {
      return replica.committed;
    },
    get lag() {
      return following.lag();
    },
    view: () => {
      if (ending !== undefined) throw new CooperageError('CLOSED', 'the standby is closed');
      return replica.rows.view();
    },
    onFailed: following.onFailed,
    takeOver: async () => {
      if (ending !== undefined) throw new CooperageError('CLOSED', 'the standby is closed');
      // Where the lease has not ended, it goes on as it was.
      const row = await takeShard(shard);
      await following.stop();
      try {
        if (row.incarnation !== life.incarnation) {
          throw new CooperageError(
            'STORE_LOST',
            `the shard ${life.id} was declared lost, and began again`,
          );
        }
        const backend = await ownShard(shard, row, replica);
        ending = Promise.resolve();
        return backend;
      } catch (error) {
        await (ending ??= end());
        throw error;
      }
    },
    close: () => (ending ??= end()),
  };
};
