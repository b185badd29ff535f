import type { StoreView } from '@cooperage/types';
import { writeCheckpoint } from './log/checkpoint.js';
import type { ShardLife } from './log/shard-log.js';
import type { Session } from './sql/session.js';

/** The log since the last checkpoint after which the next one is written. */
export interface CheckpointBounds {
  readonly bytes: number;
  readonly groups: number;
}

export const CHECKPOINT_AFTER: CheckpointBounds = { bytes: 64_000_000, groups: 100_000 };

export interface CheckpointsPowers {
  readonly life: ShardLife;
  readonly after: CheckpointBounds;
  /** What the log has since the last one. */
  readonly since: CheckpointBounds;
  readonly view: () => StoreView;
  readonly openSession: () => Session;
}

/** Counts what the log grows by, and writes a checkpoint when it is much. */
export interface Checkpoints {
  /** One group more, of so many bytes. */
  count(bytes: number, groups?: number): void;
  /** Waits for the one under way, and begins no other. */
  stop(): Promise<void>;
}

export const makeCheckpoints = ({
  life,
  after,
  since,
  view: makeView,
  openSession,
}: CheckpointsPowers): Checkpoints => {
  let { bytes, groups } = since;
  let underWay: Promise<void> | undefined;
  let isStopped = false;

  const write = async (): Promise<void> => {
    const session = openSession();
    const view = makeView();
    try {
      await writeCheckpoint(session, life, view);
    } finally {
      await view.release();
      await session.close();
    }
  };

  return {
    count: (more, moreGroups = 1) => {
      bytes += more;
      groups += moreGroups;
      if (isStopped || underWay !== undefined) return;
      if (bytes < after.bytes && groups < after.groups) return;
      bytes = 0;
      groups = 0;
      // One that fails is written the next time: the log is whole without it.
      underWay = write()
        .catch(() => undefined)
        .finally(() => {
          underWay = undefined;
        });
    },
    stop: async () => {
      isStopped = true;
      await underWay;
    },
  };
};
