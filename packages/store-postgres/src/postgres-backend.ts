import {
  CooperageError,
  hasCode,
  LIMITS,
  type LinkSource,
  type StoreBackend,
} from '@cooperage/types';
import { encodeGroup, type Writes } from './log/group-body.js';
import type { GroupColumns } from './links/link-columns.js';
import type { ShardBlobs } from './log/shard-blobs.js';
import type { ShardLife, ShardLog } from './log/shard-log.js';
import { makeOwnedBlobs } from './replica/blob-cache.js';
import type { Replica } from './replica/replica.js';

/** Above this many characters a value could not be encoded. */
const VALUE_LENGTH = 2 ** 28;

export interface PostgresBackendPowers {
  readonly life: ShardLife;
  /** Under which this process owns the shard. */
  readonly epoch: number;
  readonly log: ShardLog;
  /** With all that is in the log. */
  readonly replica: Replica;
  readonly blobs: ShardBlobs;
  /** After each group, with the bytes that it took in the log. */
  readonly onCommitted: (bytes: number) => void;
  /** Says when the owner may have changed: a notification of another epoch, or a new connection. */
  readonly watch: Watch;
  readonly links: BackendLinks | undefined;
  /** What is to be done when all writing is over. */
  readonly shut: () => Promise<void>;
}

/** How the messages of a shard leave and come. */
export interface BackendLinks {
  readonly source: LinkSource;
  /** What a group does to links. */
  readonly columnsOf: (writes: Writes) => Promise<GroupColumns | undefined>;
  /** Messages for these shards are durable. */
  readonly tell: (shards: readonly string[]) => void;
  readonly close: () => Promise<void>;
}

/** The ears of a session, which is there before the backend is. */
export interface Watch {
  onDoubt?: () => void;
}

/** The port over a shard that this process owns. */
export const makePostgresBackend = ({
  life,
  epoch,
  log,
  replica,
  blobs: remote,
  onCommitted,
  watch,
  links,
  shut,
}: PostgresBackendPowers): StoreBackend => {
  const { rows } = replica;
  const where = `${life.id} in the database ${log.session.where}`;
  /** Of the newest group that is in the replica too. */
  let newest = replica.committed;
  let underWay: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let failure: CooperageError | undefined;
  let loss: CooperageError | undefined;
  const losses: ((loss: CooperageError) => void)[] = [];

  const insistOpen = (): void => {
    if (closing !== undefined) throw new CooperageError('CLOSED', 'the store is closed');
  };

  const epochLost = (now?: number): CooperageError =>
    new CooperageError(
      'STORE_EPOCH_LOST',
      `this process owned ${where} under epoch ${epoch}, and ` +
        (now === undefined ? 'another one has taken it over' : `it is owned under epoch ${now}`) +
        '; open it again where it is to run',
    );

  const wentBack = (now: number, seen: number): CooperageError =>
    new CooperageError(
      'STORE_CORRUPT',
      `${where} went back to group ${now}, and group ${seen} was durable: a backup was restored, or a standby without it ` +
        'promoted. Restore the newest state of the database, or declare the shard lost ("cooperage cluster lose"), so that it begins again as a new incarnation',
    );

  const lose = (why: CooperageError): void => {
    if (loss !== undefined || closing !== undefined) return;
    loss = why;
    for (const listener of losses) listener(why);
  };

  /** What a row that is not as this process left it means; undefined where it is. */
  const lookAgain = async (): Promise<CooperageError | undefined> => {
    const row = await log.read();
    if (row === undefined) {
      return new CooperageError(
        'STORE_LOST',
        `${where} is gone; restore the database from a backup`,
      );
    }
    // Before the epoch: who took over what went back must not hide that it did.
    if (row.incarnation === life.incarnation && row.committed < newest) {
      await log.stop(life, newest);
      return wentBack(row.committed, newest);
    }
    if (row.incarnation !== life.incarnation || row.epoch !== epoch) return epochLost(row.epoch);
    if (row.state === 'open') return undefined;
    return new CooperageError(
      'STORE_EPOCH_LOST',
      `${where} is ${row.state}: an operator decides what becomes of it`,
    );
  };

  watch.onDoubt = () => {
    lookAgain().then(
      (why) => {
        if (why !== undefined) lose(why);
      },
      () => undefined,
    );
  };

  const insistRow = (key: string, value: string | null): void => {
    if (key.length > LIMITS.tableKeyLength || (value !== null && value.length > VALUE_LENGTH)) {
      throw new CooperageError('BAD_ARGUMENT', `a row too large: ${key.slice(0, 80)}`);
    }
  };

  const write = async (seq: number, writes: Writes): Promise<void> => {
    const { bytes, link } = await encodeGroup(writes, replica.link);
    const group = await links?.columnsOf(writes);
    if (!(await log.commit(life, epoch, seq, bytes, group?.columns))) {
      const why = await lookAgain();
      if (why !== undefined) throw why;
      // The answer to an earlier sending was lost on the way: then the log has this very group.
      if ((await log.linkAt(life, seq)) !== link) throw epochLost();
    }
    if (group !== undefined && group.receivers.length > 0) links?.tell(group.receivers);
    await replica.apply(seq, writes, link);
    newest = seq;
    onCommitted(bytes.length);
  };

  const commit: StoreBackend['commit'] = async (group) => {
    insistOpen();
    if (failure !== undefined) throw failure;
    if (loss !== undefined) throw loss;
    if (underWay !== undefined) {
      throw new CooperageError('BAD_ARGUMENT', 'a commit is under way already: wait for it');
    }
    if (group.epoch !== epoch) {
      throw new CooperageError(
        'STORE_EPOCH_LOST',
        `a commit under epoch ${group.epoch}: ${where} is owned under ${epoch}`,
      );
    }
    const { sequence, writes } = group;
    if (sequence !== newest + 1) {
      throw new CooperageError('STORE_FAILED', `group ${sequence} cannot follow group ${newest}`);
    }
    for (const [key, value] of writes) insistRow(key, value);
    underWay = write(sequence, writes);
    try {
      await underWay;
    } catch (error) {
      failure = error as CooperageError;
      throw error;
    } finally {
      underWay = undefined;
    }
  };

  /** A replica whose row is damaged is made anew by the next open. */
  const read = <T>(look: () => T): T => {
    insistOpen();
    try {
      return look();
    } catch (error) {
      if (hasCode(error, 'STORE_CORRUPT')) replica.distrust();
      throw error;
    }
  };

  const blobs = makeOwnedBlobs({ cache: rows.blobs, remote, insistOpen, epochLost });
  rows.onLost?.(lose);

  const close = async (): Promise<void> => {
    await underWay?.catch(() => undefined);
    if (failure === undefined && loss === undefined)
      await log.release(life, epoch).catch(() => undefined);
    await shut();
    await replica.close();
  };

  return {
    ...(links !== undefined && { links: links.source }),
    epoch,
    get committed() {
      return newest;
    },
    get: (key) => read(() => rows.get(key)),
    has: (key) => read(() => rows.has(key)),
    *keys(start, end) {
      insistOpen();
      yield* rows.keys(start, end);
    },
    commit,
    view: () => {
      insistOpen();
      return rows.view();
    },
    blobs,
    onLost: (listener) => {
      if (loss === undefined) losses.push(listener);
      else listener(loss);
    },
    close: () => (closing ??= close()),
  };
};
