import { join } from 'node:path';
import { CooperageError, hasCode } from '@cooperage/types';
import { type LmdbBackend, openLmdbBackend, removeStore } from '@cooperage/store-lmdb';
import { loadCheckpoint } from '../log/checkpoint.js';
import { decodeGroup, FIRST_LINK, type Writes } from '../log/group-body.js';
import type { LoggedGroup, ShardLife, ShardLog, ShardRow } from '../log/shard-log.js';
import { isTrusted, markClean, markInUse, removeMarker, syncFile } from './marker.js';

/** Replicas of one shard that processes of one machine may have side by side. */
const SLOTS = 16;

export interface ReplicaPowers {
  /** Where all replicas of this machine are. */
  readonly data: string;
  readonly cluster: string;
  readonly log: ShardLog;
  readonly life: ShardLife;
}

/** A copy of a shard in a local LMDB: a prefix of what is durable in the database, and never ahead of it. */
export interface Replica {
  readonly directory: string;
  /** Another one after {@link catchUp}, where it was made anew. */
  readonly rows: LmdbBackend;
  readonly committed: number;
  /** Of the newest group in it. */
  readonly link: string;
  /** After the database has confirmed it. */
  apply(seq: number, writes: Writes, link: string): Promise<void>;
  /** Reads the log until it has all of it. Gives how many bytes that were. */
  catchUp(): Promise<number>;
  /** A row of it was found to be damaged: the next open makes it anew. */
  distrust(): void;
  close(): Promise<void>;
}

type Opened = { readonly directory: string; readonly rows: LmdbBackend };

const folderOf = ({ data, cluster, life }: ReplicaPowers, slot: number): string =>
  join(data, cluster, `${life.id}~${life.incarnation}${slot === 1 ? '' : `.${slot}`}`);

const openAt = (directory: string, after = 0): Promise<LmdbBackend> =>
  openLmdbBackend(directory, { durable: false, after });

/** Undefined where it is to be made anew. */
const openTrusted = async (directory: string): Promise<LmdbBackend | undefined> => {
  if (!isTrusted(directory)) return undefined;
  try {
    return await openAt(directory);
  } catch (error) {
    if (hasCode(error, 'STORE_CORRUPT') || hasCode(error, 'STORE_NEWER_FORMAT')) return undefined;
    throw error;
  }
};

const makeAnew = async (powers: ReplicaPowers, directory: string): Promise<LmdbBackend> => {
  removeMarker(directory);
  await removeStore(directory);
  const row = await powers.log.read();
  const checkpoint = row?.checkpoint ?? 0;
  const rows = await openAt(directory, checkpoint);
  try {
    if (checkpoint > 0) await loadCheckpoint(powers.log, powers.life, checkpoint, rows);
    markInUse(directory);
    return rows;
  } catch (error) {
    await rows.close();
    throw error;
  }
};

const wentBack = (directory: string, where: string, seq: number, has: string): CooperageError =>
  new CooperageError(
    'STORE_CORRUPT',
    `the database ${where} has lost commits: ${directory} has commit group ${seq}, which was durable, and the database ${has}. ` +
      'Restore the newest state of the database, or declare the shard lost ("cooperage cluster lose"), so that it begins again as a new incarnation',
  );

const linkIn = (rows: LmdbBackend): string => rows.note ?? FIRST_LINK;

/**
 * Whether the log goes on where the replica ends. Where the log has gone another way, groups that were durable are gone
 * from the database.
 *
 * @throws {CooperageError} `STORE_CORRUPT`
 */
const isContinued = async (
  { log, life }: ReplicaPowers,
  { directory, rows }: Opened,
  { committed, checkpoint }: ShardRow,
): Promise<boolean> => {
  const own = rows.committed;
  if (own > committed) {
    await log.stop(life, own);
    throw wentBack(directory, log.session.where, own, `ends with group ${committed}`);
  }
  if (own === 0) return checkpoint === 0;
  const link = await log.linkAt(life, own);
  if (link === undefined) return false;
  if (link === linkIn(rows)) return true;
  throw wentBack(directory, log.session.where, own, 'has another group with this number');
};

const openSlot = async (
  powers: ReplicaPowers,
  directory: string,
  row: ShardRow,
): Promise<LmdbBackend> => {
  const rows = await openTrusted(directory);
  if (rows === undefined) return makeAnew(powers, directory);
  try {
    if (await isContinued(powers, { directory, rows }, row)) {
      markInUse(directory);
      return rows;
    }
  } catch (error) {
    await rows.close();
    throw error;
  }
  await rows.close();
  return makeAnew(powers, directory);
};

/** The first place that no other process has: one that was paused keeps its own. */
const openFree = async (powers: ReplicaPowers, row: ShardRow): Promise<Opened> => {
  for (let slot = 1; ; slot += 1) {
    const directory = folderOf(powers, slot);
    try {
      return { directory, rows: await openSlot(powers, directory, row) };
    } catch (error) {
      if (!hasCode(error, 'STORE_LOCKED') || slot === SLOTS) throw error;
    }
  }
};

export const openReplica = async (powers: ReplicaPowers, row: ShardRow): Promise<Replica> => {
  const { log, life } = powers;
  const { directory, rows: first } = await openFree(powers, row);
  let rows = first;
  let link = linkIn(rows);
  let isDistrusted = false;

  const apply: Replica['apply'] = async (seq, writes, next) => {
    await rows.commit({ epoch: rows.epoch, sequence: seq, writes, note: next });
    link = next;
  };

  const applyLogged = async ({ seq, body }: LoggedGroup): Promise<void> => {
    const which = `group ${seq} of ${life.id}`;
    const { writes, link: next } = await decodeGroup(which, body, link);
    await apply(seq, writes, next);
  };

  /** The log begins behind what the replica has: others have made two checkpoints since. */
  const beginAgain = async (): Promise<void> => {
    await rows.close();
    rows = await makeAnew(powers, directory);
    link = linkIn(rows);
  };

  const catchUp = async (): Promise<number> => {
    let bytes = 0;
    for (;;) {
      const groups = await log.groupsAfter(life, rows.committed);
      if (groups.length === 0) return bytes;
      if (groups[0]?.seq !== rows.committed + 1) {
        await beginAgain();
        continue;
      }
      for (const group of groups) {
        await applyLogged(group);
        bytes += group.body.length;
      }
    }
  };

  return {
    directory,
    get rows() {
      return rows;
    },
    get committed() {
      return rows.committed;
    },
    get link() {
      return link;
    },
    apply,
    catchUp,
    distrust: () => {
      isDistrusted = true;
      removeMarker(directory);
    },
    close: async () => {
      await rows.close();
      if (isDistrusted) return;
      // Without it the next open makes it anew, and that is all.
      try {
        syncFile(join(directory, 'store.mdb'));
        markClean(directory);
      } catch {
        removeMarker(directory);
      }
    },
  };
};
