/** The process that owns a shard: it fills a group crank by crank, and commits it. */
import type { LinkMessage, PeerID } from '../message.js';
import { arrive, mayArrive } from '../protocol/arrivals.js';
import { LinkCorrupt, linkTo, makeShard, type Outgoing, type Shard } from '../protocol/shard.js';
import type { LinkRules } from '../rules.js';
import { copyMaps, makeTables } from '../table.js';
import {
  commitGroup,
  copyOf,
  type Database,
  type Group,
  idOf,
  onLink,
  readLog,
  send,
  type ShardCopy,
} from './database.js';

/** An inbox with more than this is crowded: what came by links and waits there takes their room. */
export const CROWDED = 4;

export interface Process {
  readonly index: number;
  readonly epoch: number;
  shard: Shard;
  seq: number;
  /** In the group that is filling. */
  cranks: number;
  outgoing: readonly Outgoing[];
}

export interface ProcessPowers {
  readonly rules: LinkRules;
  readonly isStrict: boolean;
}

const shardOn = (
  id: PeerID,
  maps: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
  powers: ProcessPowers,
): Shard => makeShard({ ...powers, id, tables: makeTables(copyMaps(maps)) });

/**
 * Takes the shard over, from what is durable.
 * @param standby its copy of the rows; without one it begins with the checkpoint, and so it does where the log does not
 *   reach back to the copy
 */
export const openProcess = (
  database: Database,
  index: number,
  powers: ProcessPowers,
  standby?: ShardCopy,
): Process => {
  const record = database.shards[index];
  if (record === undefined) throw Error(`there is no shard ${index}`);
  record.epoch += 1;
  const { checkpoint, committed, epoch } = record;
  const isGood = standby !== undefined && standby.seq >= checkpoint.seq;
  const copy = isGood ? standby : copyOf(checkpoint);
  if (powers.rules.caughtUp) readLog(record, copy, Infinity);
  return {
    ...{ index, epoch, seq: committed, cranks: 0, outgoing: [] },
    shard: shardOn(idOf(index, record), copy.maps, powers),
  };
};

export const copyProcess = (process: Process): Process => {
  const { id, rules, isStrict, tables } = process.shard;
  return { ...process, shard: makeShard({ id, rules, isStrict, tables: tables.copy() }) };
};

const creditsOf = (shard: Shard): Map<PeerID, number> => {
  const waiting = new Map<PeerID, number>();
  for (const { inbox } of shard.vats.rows.values()) {
    if (inbox.length <= CROWDED) continue;
    for (const item of inbox) {
      const from = 'message' in item ? item.message.from : undefined;
      if (from !== undefined) waiting.set(from, (waiting.get(from) ?? 0) + 1);
    }
  }
  return waiting;
};

export const groupOf = (process: Process): Group => {
  const { shard, epoch, seq, outgoing } = process;
  const crowded = creditsOf(shard);
  return {
    ...{ id: shard.id, epoch, seq: seq + 1, outgoing },
    writes: shard.tables.takeGroup(),
    taken: [...shard.links.rows].map(([peer, { taken }]) => [
      peer,
      taken,
      taken - (crowded.get(peer) ?? 0),
    ]),
  };
};

/** False where the process is not the owner any more. */
export const commit = (database: Database, process: Process): boolean => {
  const group = groupOf(process);
  if (!commitGroup(database, process.index, group, process.shard.rules)) return false;
  process.seq = group.seq;
  process.cranks = 0;
  process.outgoing = [];
  return true;
};

/** @throws {LinkCorrupt} nothing of the crank has happened then */
export const crank = (database: Database, process: Process, act: (shard: Shard) => void): void => {
  const { shard } = process;
  try {
    act(shard);
  } catch (error) {
    if (error instanceof LinkCorrupt) {
      shard.tables.abort();
      shard.outgoing = [];
    }
    throw error;
  }
  shard.tables.endCrank();
  if (shard.rules.atomic) process.outgoing = [...process.outgoing, ...shard.outgoing];
  else send(database, shard.id, shard.outgoing);
  shard.outgoing = [];
  process.cranks += 1;
};

/** The next message of a link that may be taken now. */
export const nextOn = (
  database: Database,
  { shard }: Process,
  from: PeerID,
): LinkMessage | undefined => {
  const { taken } = linkTo(shard, from);
  const next = onLink(database, from, shard.id).find(({ n }) => n === taken + 1);
  return next !== undefined && mayArrive(shard, next) ? next : undefined;
};

export const take = (
  database: Database,
  process: Process,
  from: PeerID,
  message: LinkMessage,
): void => crank(database, process, (shard) => arrive(shard, from, message));
